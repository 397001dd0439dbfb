/** Dates as HTTP writes them (RFC 9110, 5.6.7), in all the forms that nginx reads. */
import { fromEpochSeconds, toEpochSeconds } from "../../../stdlib/os/calendar.ts";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** "Sun, 06 Nov 1994 08:49:37 GMT". Seconds before 1970 count as 0. */
export function httpTime(seconds: number): string {
  const { weekday, day, month, year, clock } = parts(seconds);
  return `${weekday}, ${day} ${month} ${String(year).padStart(4, "0")} ${clock} GMT`;
}

/** "Sun, 06-Nov-94 08:49:37 GMT", and the whole year from 2038 on: browsers took 38 for 1938. */
export function cookieTime(seconds: number): string {
  const { weekday, day, month, year, clock } = parts(seconds);
  return `${weekday}, ${day}-${month}-${year > 2037 ? String(year) : two(year % 100)} ${clock} GMT`;
}

/** "1994-11-06" @param seconds As the clock of a place shows them. */
export function dateText(seconds: number): string {
  const { year, month, day } = fromEpochSeconds(seconds);
  return `${String(year)}-${two(month)}-${two(day)}`;
}

/** "1994-11-06 08:49:37" @param seconds As the clock of a place shows them. */
export function dateTimeText(seconds: number): string {
  return `${dateText(seconds)} ${parts(seconds).clock}`;
}

function parts(seconds: number) {
  const time = fromEpochSeconds(Math.max(0, Math.trunc(seconds)));
  return {
    weekday: DAYS[time.weekday] ?? "",
    day: two(time.day),
    month: MONTHS[time.month - 1] ?? "",
    year: time.year,
    clock: `${two(time.hour)}:${two(time.minute)}:${two(time.second)}`,
  };
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}

/** RFC 1123, RFC 850 and C's `asctime`. Names of days are not looked at, nor are zones. */
const FORMS: readonly RegExp[] = [
  /^[^, ]*, *(?<day>\d\d) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<clock>\d\d:\d\d:\d\d)/,
  /^[^, ]*, *(?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<year>\d\d) (?<clock>\d\d:\d\d:\d\d)/,
  /^[^, ]* +(?<month>[A-Z][a-z]{2}) {1,2}(?<day>\d{1,2}) (?<clock>\d\d:\d\d:\d\d) (?<year>\d{4})/,
];

/** The seconds since 1970 of a date; `undefined` when it is none. */
export function parseHttpTime(text: string): number | undefined {
  for (const form of FORMS) {
    const groups = form.exec(text)?.groups;
    if (groups !== undefined) return secondsOf(groups);
  }
  return undefined;
}

function secondsOf(groups: Record<string, string | undefined>): number | undefined {
  const { day: dayText, month: monthText = "", year: yearText = "", clock = "" } = groups;
  const [hour = 0, minute = 0, second = 0] = clock.split(":").map(Number);
  const day = Number(dayText);
  const month = MONTHS.indexOf(monthText);
  const year = Number(yearText) + (yearText.length > 2 ? 0 : Number(yearText) < 70 ? 2000 : 1900);
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const isDay = day <= (LONGEST[month] ?? 0) && (month !== 1 || day < 29 || isLeap);
  if (!isDay || hour > 23 || minute > 59 || second > 59) return undefined;
  return toEpochSeconds({ year, month: month + 1, day, hour, minute, second });
}
