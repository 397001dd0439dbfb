/**
 * Dates as text: glibc's `strftime` in the C locale, with its flags (`%-d`, `%_H`, `%^a`, `%#Z`),
 * field widths (`%10Y`) and modifiers (`%Ec`, `%Od`), which programs use although manual 5.8
 * promises only the conversions of C89.
 */
import { isLeapYear, modulo, toEpochSeconds } from "./calendar.ts";
import { fromLocalSeconds, type LocalTime } from "./localTime.ts";
import type { TimeZone } from "./timeZone.ts";

/** @param zone The zone of the program, for `%s`. */
export function formatDate(format: string, time: LocalTime, zone: TimeZone): string {
  return format.replaceAll(
    CONVERSION,
    (written, flags: string, width: string, modifier: string, conversion: string) => {
      const isKnown = modifier === "" || MODIFIABLE[modifier]?.includes(conversion) === true;
      const field = isKnown ? fieldOf(conversion, time, zone) : undefined;
      // "%P" is lower case whatever the flags say.
      const shownFlags = conversion === "P" ? flags.replaceAll("^", "") : flags;
      return applyFlags(field ?? text(written), shownFlags, Number(width));
    },
  );
}

/** Flags, width, modifier and the character that says what is wanted. */
const CONVERSION = /%([_\-0^#]*)(\d*)([EO]?)([^]?)/g;

/** The conversions that may follow each modifier; others are left as they are written. */
const MODIFIABLE: Readonly<Record<string, string>> = {
  E: "cCnpPrRstTuxXyYzZ%",
  O: "bBCdegGhHIjklmMnpPrRsStTuUVwWyzZ%",
};

const WEEKDAYS = "Sunday,Monday,Tuesday,Wednesday,Thursday,Friday,Saturday".split(",");
const MONTHS =
  "January,February,March,April,May,June,July,August,September,October,November,December".split(
    ",",
  );

type Field =
  | {
      readonly kind: "number";
      readonly value: number;
      readonly width: number;
      readonly fill: "0" | "_";
    }
  /** @param swapped What the flag "#" makes of it. */
  | { readonly kind: "text"; readonly text: string; readonly swapped: string };

function fieldOf(conversion: string, time: LocalTime, zone: TimeZone): Field | undefined {
  return numberField(conversion, time, zone) ?? textField(conversion, time, zone);
}

function number(value: number, width: number, fill: "0" | "_" = "0"): Field {
  return { kind: "number", value, width, fill };
}

function numberField(conversion: string, time: LocalTime, zone: TimeZone): Field | undefined {
  const twelveHour = ((time.hour + 11) % 12) + 1;
  switch (conversion) {
    case "C":
      return number(Math.floor(time.year / 100), 2);
    case "d":
      return number(time.day, 2);
    case "e":
      return number(time.day, 2, "_");
    case "G":
      return number(isoWeek(time).year, 1);
    case "g":
      return number(modulo(isoWeek(time).year, 100), 2);
    case "H":
      return number(time.hour, 2);
    case "I":
      return number(twelveHour, 2);
    case "j":
      return number(time.yearDay + 1, 3);
    case "k":
      return number(time.hour, 2, "_");
    case "l":
      return number(twelveHour, 2, "_");
    case "M":
      return number(time.minute, 2);
    case "m":
      return number(time.month, 2);
    case "S":
      return number(time.second, 2);
    case "s":
      return number(momentOf(time, zone), 1, "_");
    case "U":
      return number(weekOfYear(time, time.weekday), 2);
    case "u":
      return number(time.weekday === 0 ? 7 : time.weekday, 1);
    case "V":
      return number(isoWeek(time).week, 2);
    case "W":
      return number(weekOfYear(time, (time.weekday + 6) % 7), 2);
    case "w":
      return number(time.weekday, 1);
    case "Y":
      return number(time.year, 1);
    case "y":
      return number(modulo(time.year, 100), 2);
    default:
      return undefined;
  }
}

function text(plain: string, swapped = plain): Field {
  return { kind: "text", text: plain, swapped };
}

function textField(conversion: string, time: LocalTime, zone: TimeZone): Field | undefined {
  const weekday = WEEKDAYS[time.weekday] ?? "";
  const month = MONTHS[time.month - 1] ?? "";
  const half = time.hour < 12 ? "AM" : "PM";
  switch (conversion) {
    case "%":
      return text("%");
    case "A":
      return text(weekday, weekday.toUpperCase());
    case "a":
      return text(weekday.slice(0, 3), weekday.slice(0, 3).toUpperCase());
    case "B":
      return text(month, month.toUpperCase());
    case "b":
    case "h":
      return text(month.slice(0, 3), month.slice(0, 3).toUpperCase());
    case "n":
      return text("\n");
    case "P":
      return text(half.toLowerCase());
    case "p":
      return text(half, half.toLowerCase());
    case "t":
      return text("\t");
    case "Z":
      return text(time.type.abbreviation, time.type.abbreviation.toLowerCase());
    case "z":
      return text(offsetText(time.type.offsetSeconds));
    default: {
      const format = COMPOSITES[conversion];
      return format === undefined ? undefined : text(formatDate(format, time, zone));
    }
  }
}

/** Conversions that stand for several others. */
const COMPOSITES: Readonly<Record<string, string>> = {
  c: "%a %b %e %H:%M:%S %Y",
  D: "%m/%d/%y",
  F: "%Y-%m-%d",
  R: "%H:%M",
  r: "%I:%M:%S %p",
  T: "%H:%M:%S",
  X: "%H:%M:%S",
  x: "%m/%d/%y",
};

function applyFlags(field: Field, flags: string, width: number): string {
  const fill = /.*([_\-0])/.exec(flags)?.[1];
  if (field.kind === "number") return numberText(field, fill ?? field.fill, width);
  let shown = flags.includes("#") ? field.swapped : field.text;
  // Among "%p" and "%Z", "#" wins over "^".
  const isLowered = flags.includes("#") && field.swapped === field.swapped.toLowerCase();
  if (flags.includes("^") && !isLowered) shown = shown.toUpperCase();
  return shown.padStart(width, fill === "0" ? "0" : " ");
}

function numberText(
  field: Extract<Field, { kind: "number" }>,
  fill: string,
  width: number,
): string {
  const digits = String(Math.abs(field.value));
  const sign = field.value < 0 ? "-" : "";
  const wanted = fill === "-" ? width : Math.max(width, field.width);
  return fill === "0"
    ? sign + digits.padStart(wanted - sign.length, "0")
    : (sign + digits).padStart(wanted);
}

/** "+0130". */
function offsetText(offsetSeconds: number): string {
  const minutes = Math.floor(Math.abs(offsetSeconds) / 60);
  const digits = Math.floor(minutes / 60) * 100 + (minutes % 60);
  return (offsetSeconds < 0 ? "-" : "+") + String(digits).padStart(4, "0");
}

function momentOf(time: LocalTime, zone: TimeZone): number {
  return fromLocalSeconds(toEpochSeconds(time), zone, time.type.isDaylightSaving);
}

/** @param weekday Days since the week began. */
function weekOfYear({ yearDay }: LocalTime, weekday: number): number {
  return Math.floor((yearDay + 7 - weekday) / 7);
}

/** The week of ISO 8601, which begins on Monday, and the year it is counted in. */
function isoWeek({ year, yearDay, weekday }: LocalTime): { year: number; week: number } {
  // The Thursday of a week decides to which year it belongs.
  const thursday = yearDay + 3 - ((weekday + 6) % 7);
  const daysInYear = isLeapYear(year) ? 366 : 365;
  if (thursday < 0) {
    const daysBefore = isLeapYear(year - 1) ? 366 : 365;
    return { year: year - 1, week: Math.floor((thursday + daysBefore) / 7) + 1 };
  }
  if (thursday >= daysInYear) return { year: year + 1, week: 1 };
  return { year, week: Math.floor(thursday / 7) + 1 };
}
