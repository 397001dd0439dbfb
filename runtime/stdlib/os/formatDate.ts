/**
 * Dates as text: glibc's `strftime` in the C locale, with its flags (`%-d`, `%_H`, `%^a`, `%#Z`),
 * field widths (`%10Y`) and modifiers (`%Ec`, `%Od`), which programs use although manual 5.8
 * promises only the conversions of C89.
 */
import { isLeapYear, modulo, toEpochSeconds, type DatedTime } from "./calendar.ts";
import { fromLocalSeconds, type LocalTime } from "./localTime.ts";
import type { TimeZone } from "./timeZone.ts";

/** Flags, width, modifier and the character that says what is wanted. */
const CONVERSION = /%([_\-0^#]*)(\d*)([EO]?)([^]?)/y;

/** The conversions that may follow each modifier; others are left as they are written. */
const MODIFIABLE: Readonly<Record<string, string>> = {
  E: "cCnpPrRstTuxXyYzZ%",
  O: "bBCdegGhHIjklmMnpPrRsStTuUVwWyzZ%",
};

/** @param zone The zone of the program, for `%s`. */
export function formatDate(format: string, time: LocalTime, zone: TimeZone): string {
  let text = "";
  let end = 0;
  for (let start = format.indexOf("%"); start >= 0; start = format.indexOf("%", end)) {
    text += format.slice(end, start);
    CONVERSION.lastIndex = start;
    const [written = "", flags = "", width = "", modifier = "", conversion = ""] =
      CONVERSION.exec(format) ?? [];
    end = start + written.length;
    const isKnown = modifier === "" || MODIFIABLE[modifier]?.includes(conversion) === true;
    const piece = isKnown ? convert(conversion, time, zone, flags, Number(width)) : undefined;
    text += piece ?? padText(written, written, flags, Number(width));
  }
  return text + format.slice(end);
}

/** As `formatDate`; `undefined` for a text for which LuaJIT makes no room. */
export function formatShortDate(
  format: string,
  time: LocalTime,
  zone: TimeZone,
): string | undefined {
  const maxBytes = roomFor(format);
  for (const [, , width] of format.matchAll(new RegExp(CONVERSION, "g"))) {
    if (Number(width) > maxBytes) return undefined;
  }
  const text = formatDate(format, time, zone);
  return text.length > maxBytes ? undefined : text;
}

/** Its buffers are of powers of two; this is the least in which it may hold a guess that was doubled three times. */
function roomFor(format: string): number {
  let size = 0;
  for (const char of format) size += char === "%" ? 30 : 1;
  for (let turn = 0; turn < 3; turn++) size += size | 1;
  let room = MIN_ROOM;
  while (room < size) room *= 2;
  return room - 1;
}

const MIN_ROOM = 512;

/** PUC Lua 5.1 hands each `%` to C with the one character behind it, so there are neither flags nor widths. */
export function formatDate51(format: string, time: LocalTime, zone: TimeZone): string {
  return format.replaceAll(/%[^]/g, (conversion) => formatDate(conversion, time, zone));
}

/** A number, its usual width and what fills it. */
interface NumberConversion {
  readonly width: number;
  readonly fill: "0" | "_";
  readonly valueOf: (date: DatedTime) => number;
}

function numeric(
  width: number,
  valueOf: NumberConversion["valueOf"],
  fill: "0" | "_" = "0",
): NumberConversion {
  return { width, fill, valueOf };
}

const NUMBERS: ReadonlyMap<string, NumberConversion> = new Map([
  ["C", numeric(2, ({ year }) => Math.floor(year / 100))],
  ["d", numeric(2, ({ day }) => day)],
  ["e", numeric(2, ({ day }) => day, "_")],
  ["G", numeric(1, (date) => isoWeek(date).year)],
  ["g", numeric(2, (date) => modulo(isoWeek(date).year, 100))],
  ["H", numeric(2, ({ hour }) => hour)],
  ["I", numeric(2, ({ hour }) => ((hour + 11) % 12) + 1)],
  ["j", numeric(3, ({ yearDay }) => yearDay + 1)],
  ["k", numeric(2, ({ hour }) => hour, "_")],
  ["l", numeric(2, ({ hour }) => ((hour + 11) % 12) + 1, "_")],
  ["M", numeric(2, ({ minute }) => minute)],
  ["m", numeric(2, ({ month }) => month)],
  ["S", numeric(2, ({ second }) => second)],
  ["U", numeric(2, (date) => weekOfYear(date, date.weekday))],
  ["u", numeric(1, ({ weekday }) => (weekday === 0 ? 7 : weekday))],
  ["V", numeric(2, (date) => isoWeek(date).week)],
  ["W", numeric(2, (date) => weekOfYear(date, (date.weekday + 6) % 7))],
  ["w", numeric(1, ({ weekday }) => weekday)],
  ["Y", numeric(1, ({ year }) => year)],
  ["y", numeric(2, ({ year }) => modulo(year, 100))],
]);

const WEEKDAYS = "Sunday,Monday,Tuesday,Wednesday,Thursday,Friday,Saturday".split(",");
const MONTHS =
  "January,February,March,April,May,June,July,August,September,October,November,December".split(
    ",",
  );

const NAMES: ReadonlyMap<string, (date: DatedTime) => string> = new Map([
  ["A", ({ weekday }: DatedTime) => WEEKDAYS[weekday] ?? ""],
  ["a", ({ weekday }: DatedTime) => (WEEKDAYS[weekday] ?? "").slice(0, 3)],
  ["B", ({ month }: DatedTime) => MONTHS[month - 1] ?? ""],
  ["b", ({ month }: DatedTime) => (MONTHS[month - 1] ?? "").slice(0, 3)],
  ["h", ({ month }: DatedTime) => (MONTHS[month - 1] ?? "").slice(0, 3)],
]);

/** Conversions that stand for others. */
const COMPOSITES: ReadonlyMap<string, string> = new Map([
  ["c", "%a %b %e %H:%M:%S %Y"],
  ["D", "%m/%d/%y"],
  ["F", "%Y-%m-%d"],
  ["R", "%H:%M"],
  ["r", "%I:%M:%S %p"],
  ["T", "%H:%M:%S"],
  ["X", "%H:%M:%S"],
  ["x", "%m/%d/%y"],
]);

/** `undefined` for a conversion that does not exist. */
function convert(
  conversion: string,
  time: LocalTime,
  zone: TimeZone,
  flags: string,
  width: number,
): string | undefined {
  const { date, type } = time;
  const number = NUMBERS.get(conversion);
  if (number !== undefined) return padNumber(number.valueOf(date), number, flags, width);
  const name = NAMES.get(conversion)?.(date);
  if (name !== undefined) return padText(name, name.toUpperCase(), flags, width);
  const half = date.hour < 12 ? "AM" : "PM";
  switch (conversion) {
    case "P":
      return padText(half.toLowerCase(), "", flags.replaceAll(/[#^]/g, ""), width);
    case "p":
      return padText(half, half.toLowerCase(), flags, width);
    case "Z":
      return padText(type.abbreviation, type.abbreviation.toLowerCase(), flags, width);
    case "s": {
      const moment = fromLocalSeconds(toEpochSeconds(date), zone, type.isDaylightSaving);
      return padNumber(moment, { width: 1, fill: "_" }, flags, width);
    }
    default: {
      const plain = plainText(conversion, time, zone);
      return plain === undefined ? undefined : padText(plain, plain, flags, width);
    }
  }
}

function plainText(conversion: string, time: LocalTime, zone: TimeZone): string | undefined {
  switch (conversion) {
    case "%":
      return "%";
    case "n":
      return "\n";
    case "t":
      return "\t";
    case "z":
      return offsetText(time.type.offsetSeconds);
    default: {
      const format = COMPOSITES.get(conversion);
      return format === undefined ? undefined : formatDate(format, time, zone);
    }
  }
}

/** The flag that says what fills a field; the last one counts. */
function fillOf(flags: string): string | undefined {
  return flags === "" ? undefined : /.*([_\-0])/.exec(flags)?.[1];
}

/** @param swapped What the flag "#" makes of the text. */
function padText(text: string, swapped: string, flags: string, width: number): string {
  if (flags === "") return text.padStart(width);
  let shown = flags.includes("#") ? swapped : text;
  // "%^#p" is in lower case.
  const isLowered = shown !== text && shown === text.toLowerCase();
  if (flags.includes("^") && !isLowered) shown = shown.toUpperCase();
  return shown.padStart(width, fillOf(flags) === "0" ? "0" : " ");
}

function padNumber(
  value: number,
  usual: Pick<NumberConversion, "width" | "fill">,
  flags: string,
  width: number,
): string {
  const fill = fillOf(flags) ?? usual.fill;
  const digits = String(Math.abs(value));
  const sign = value < 0 ? "-" : "";
  const wanted = fill === "-" ? width : Math.max(width, usual.width);
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

/** @param weekday Days since the week began. */
function weekOfYear({ yearDay }: DatedTime, weekday: number): number {
  return Math.floor((yearDay + 7 - weekday) / 7);
}

/** The week of ISO 8601, which begins on Monday, and the year it is counted in. */
function isoWeek({ year, yearDay, weekday }: DatedTime): { year: number; week: number } {
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
