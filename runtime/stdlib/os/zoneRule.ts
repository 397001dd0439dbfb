/** Time zones spelled out as in POSIX's variable TZ: "CET-1CEST,M3.5.0,M10.5.0/3". */
import {
  daysBeforeMonth,
  fromEpochSeconds,
  isLeapYear,
  modulo,
  SECONDS_PER_DAY,
} from "./calendar.ts";
import type { LocalTimeType, TimeZone } from "./timeZone.ts";

/** A moment of each year, in local seconds from the start of the year. */
type YearlyMoment = (year: number) => number;

const NAME = "([A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)";
const TIME = "([+-]?\\d{1,3}(?::\\d{1,2}(?::\\d{1,2})?)?)";
const SPECIFICATION = new RegExp(`^${NAME}${TIME}(?:${NAME}${TIME}?(?:,([^,]+),([^,]+))?)?$`);
const MOMENT = new RegExp(`^(?:M(\\d+)\\.(\\d)\\.(\\d)|(J?)(\\d+))(?:/${TIME})?$`);

/** The rule of the United States, for names without one. */
const DEFAULT_START = "M3.2.0";
const DEFAULT_END = "M11.1.0";
const DEFAULT_TIME = "2";

/** `undefined` when the text is no such rule. */
export function parseZoneRule(text: string): TimeZone | undefined {
  const match = SPECIFICATION.exec(text);
  if (match === null) return undefined;
  const [, name = "", offset = "", summerName, summerOffset, startText, endText] = match;
  // POSIX counts offsets westwards.
  const standard = localTimeType(name, 0 - seconds(offset), false);
  if (summerName === undefined) return () => standard;
  const summerSeconds =
    summerOffset === undefined ? standard.offsetSeconds + 3600 : 0 - seconds(summerOffset);
  const summer = localTimeType(summerName, summerSeconds, true);
  const start = parseMoment(startText ?? DEFAULT_START);
  const end = parseMoment(endText ?? DEFAULT_END);
  if (start === undefined || end === undefined) return undefined;
  return (epochSeconds) => {
    const { year } = fromEpochSeconds(Math.floor(epochSeconds) + standard.offsetSeconds);
    const yearStart = daysBeforeMonth(year, 0) * SECONDS_PER_DAY;
    const summerStart = yearStart + start(year) - standard.offsetSeconds;
    const summerEnd = yearStart + end(year) - summer.offsetSeconds;
    const isSummer =
      summerStart < summerEnd
        ? epochSeconds >= summerStart && epochSeconds < summerEnd
        : epochSeconds >= summerStart || epochSeconds < summerEnd;
    return isSummer ? summer : standard;
  };
}

function localTimeType(
  name: string,
  offsetSeconds: number,
  isDaylightSaving: boolean,
): LocalTimeType {
  const abbreviation = name.startsWith("<") ? name.slice(1, -1) : name;
  return { offsetSeconds, isDaylightSaving, abbreviation };
}

/** "hours:minutes:seconds" with a sign. */
function seconds(text: string): number {
  const [hours = 0, minutes = 0, rest = 0] = text.replace(/^[+-]/, "").split(":").map(Number);
  const size = hours * 3600 + minutes * 60 + rest;
  return text.startsWith("-") ? -size : size;
}

function parseMoment(text: string): YearlyMoment | undefined {
  const match = MOMENT.exec(text);
  if (match === null) return undefined;
  const [, month, week, weekday, julian, day, time = DEFAULT_TIME] = match;
  const timeSeconds = seconds(time);
  const dayOfYear =
    month !== undefined
      ? weekdayOfMonth(Number(month), Number(week), Number(weekday))
      : julian === "J"
        ? dayWithoutLeapDay(Number(day))
        : () => Number(day);
  return (year) => dayOfYear(year) * SECONDS_PER_DAY + timeSeconds;
}

/** "Mm.w.d": the w-th weekday d of a month; the fifth is the last one. */
function weekdayOfMonth(month: number, week: number, weekday: number): YearlyMoment {
  return (year) => {
    const yearStart = daysBeforeMonth(year, 0);
    const monthStart = daysBeforeMonth(year, month - 1);
    const nextMonth = month === 12 ? daysBeforeMonth(year + 1, 0) : daysBeforeMonth(year, month);
    // The epoch was a Thursday.
    const first = monthStart + modulo(weekday - (monthStart + 4), 7);
    let day = first + (week - 1) * 7;
    while (day >= nextMonth) day -= 7;
    return day - yearStart;
  };
}

/** "Jn": from 1 to 365, February 29 is not counted. */
function dayWithoutLeapDay(day: number): YearlyMoment {
  return (year) => day - 1 + (isLeapYear(year) && day >= 60 ? 1 : 0);
}
