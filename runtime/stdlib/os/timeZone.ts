/**
 * The time zone of a program, chosen as the C library does (tzset(3)), so that `os.date` and
 * `os.time` agree with other programs: the variable TZ names a file of the zone database or spells
 * out a rule; without it there is /etc/localtime.
 *
 * The engine's own zones come last. Their offsets are those of the database, but programs see more:
 * `Intl` has abbreviations only for the places of a locale ("EDT" in en-US, "CEST" in en-GB, "IST" in
 * en-IN, all else is "GMT-4"), it does not tell which time is daylight saving time (in Ireland it is
 * that of the winter), and it takes rules such as "CET-1CEST,M3.5.0,M10.5.0/3" for UTC.
 */
import type { Host } from "../../host.ts";
import { engineZone } from "./engineZone.ts";
import { parseZoneFile } from "./zoneFile.ts";
import { parseZoneRule } from "./zoneRule.ts";

/** What clocks on the wall are set to at some moment. */
export interface LocalTimeType {
  /** Local time less UTC. */
  readonly offsetSeconds: number;
  readonly isDaylightSaving: boolean;
  /** "CET". */
  readonly abbreviation: string;
}

/** The local time in force at each moment, given in seconds since the epoch. */
export type TimeZone = (epochSeconds: number) => LocalTimeType;

export const UTC: TimeZone = () => ({
  offsetSeconds: 0,
  isDaylightSaving: false,
  abbreviation: "UTC",
});

const DEFAULT_FILE = "/etc/localtime";
const DEFAULT_FOLDER = "/usr/share/zoneinfo";

/** @param name The value of TZ. */
export function loadTimeZone(host: Host, name: string | undefined): TimeZone {
  if (name === undefined) return readZone(host, DEFAULT_FILE) ?? UTC;
  const specification = name.startsWith(":") ? name.slice(1) : name;
  if (specification === "") return UTC;
  const folder = host.process.environmentVariable("TZDIR") ?? DEFAULT_FOLDER;
  const path = specification.startsWith("/") ? specification : `${folder}/${specification}`;
  return (
    readZone(host, path) ??
    parseZoneRule(specification) ??
    engineZone(specification) ??
    unknownZone(specification)
  );
}

function readZone(host: Host, path: string): TimeZone | undefined {
  const contents = host.files.read(path);
  return typeof contents === "string" ? parseZoneFile(contents) : undefined;
}

/** UTC under the leading letters of a name nobody knows. */
function unknownZone(name: string): TimeZone {
  const letters = /^[A-Za-z]{3,}/.exec(name)?.[0];
  if (letters === undefined) return UTC;
  const local = { offsetSeconds: 0, isDaylightSaving: false, abbreviation: letters };
  return () => local;
}
