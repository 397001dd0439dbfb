/**
 * What the JavaScript engine knows of time zones, for machines without a zone database, as in small
 * images of containers.
 */
import type { TimeZone } from "./timeZone.ts";

/** What `Date` can hold. */
const MAX_DATE_SECONDS = 8.64e12;

/** `undefined` for a name that the engine does not know. */
export function engineZone(name: string): TimeZone | undefined {
  const offsets = zoneNameFormat(name, "longOffset");
  const abbreviations = zoneNameFormat(name, "short");
  if (offsets === undefined || abbreviations === undefined) return undefined;
  const offsetAt = (date: Date) => parseOffset(zoneNameAt(offsets, date));
  return (epochSeconds) => {
    const seconds = Math.max(-MAX_DATE_SECONDS, Math.min(MAX_DATE_SECONDS, epochSeconds));
    const date = new Date(seconds * 1000);
    const offsetSeconds = offsetAt(date);
    const year = date.getUTCFullYear();
    const [winter, summer] = [new Date(Date.UTC(year, 0)), new Date(Date.UTC(year, 6))];
    const usual = Math.min(offsetAt(winter), offsetAt(summer));
    return {
      offsetSeconds,
      isDaylightSaving: offsetSeconds > usual,
      abbreviation: shortName(zoneNameAt(abbreviations, date)),
    };
  };
}

function zoneNameFormat(
  timeZone: string,
  timeZoneName: "longOffset" | "short",
): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone, timeZoneName });
  } catch (thrown) {
    if ((thrown as Error).name === "RangeError") return undefined;
    throw thrown;
  }
}

function zoneNameAt(format: Intl.DateTimeFormat, date: Date): string {
  return format.formatToParts(date).find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
}

/** "GMT+01:00" and "GMT-04:56:02"; "GMT" alone is 0. */
function parseOffset(text: string): number {
  const match = /([+-])(\d+)(?::(\d+))?(?::(\d+))?$/.exec(text);
  if (match === null) return 0;
  const [, sign, hours = "0", minutes = "0", seconds = "0"] = match;
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === "-" ? -size : size;
}

/** The engine's "CET" as it is, its "GMT-4" as the zone database would say it: "-04". */
function shortName(name: string): string {
  const match = /^GMT([+-])(\d+)(?::(\d+))?$/.exec(name);
  if (match === null) return name;
  const [, sign = "", hours = "", minutes = ""] = match;
  return sign + hours.padStart(2, "0") + minutes;
}
