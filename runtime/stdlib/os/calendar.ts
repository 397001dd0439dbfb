/**
 * Dates and seconds since the epoch (1970-01-01 00:00 UTC), in the proleptic Gregorian calendar as
 * C's `gmtime` and `mktime` count it. JavaScript's `Date` knows fewer years and no abbreviations.
 */

export const SECONDS_PER_DAY = 86_400;

/** What a clock on the wall shows. */
export interface CalendarTime {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** A time of day on a known day. */
export interface DatedTime extends CalendarTime {
  /** From 0 for Sunday. */
  readonly weekday: number;
  /** From 0 for January 1. */
  readonly yearDay: number;
}

/** The seconds of a time in UTC. Months, days, hours, ... may be out of range in any direction. */
export function toEpochSeconds(time: CalendarTime): number {
  const months = time.year * 12 + time.month - 1;
  const day = daysBeforeMonth(Math.floor(months / 12), modulo(months, 12)) + time.day - 1;
  return day * SECONDS_PER_DAY + time.hour * 3600 + time.minute * 60 + time.second;
}

/** The time in UTC; seconds must be whole. */
export function fromEpochSeconds(epochSeconds: number): DatedTime {
  const epochDay = Math.floor(epochSeconds / SECONDS_PER_DAY);
  const secondOfDay = epochSeconds - epochDay * SECONDS_PER_DAY;
  const year = yearOfDay(epochDay);
  const yearDay = epochDay - daysBeforeMonth(year, 0);
  let month = 11;
  while (daysBeforeMonth(year, month) > epochDay) month--;
  return {
    year,
    month: month + 1,
    day: epochDay - daysBeforeMonth(year, month) + 1,
    hour: Math.floor(secondOfDay / 3600),
    minute: Math.floor(secondOfDay / 60) % 60,
    second: secondOfDay % 60,
    // The epoch was a Thursday.
    weekday: modulo(epochDay + 4, 7),
    yearDay,
  };
}

export function isLeapYear(year: number): boolean {
  return modulo(year, 4) === 0 && (modulo(year, 100) !== 0 || modulo(year, 400) === 0);
}

/** Days before each month of a year that is no leap year. */
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;

/**
 * Days from the epoch to the first of a month.
 *
 * @param month From 0 to 11.
 */
export function daysBeforeMonth(year: number, month: number): number {
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const leapDay = month >= 2 && isLeapYear(year) ? 1 : 0;
  return (
    (year - 1970) * 365 +
    leapDays -
    LEAP_DAYS_BEFORE_EPOCH +
    (DAYS_BEFORE_MONTH[month] ?? 0) +
    leapDay
  );
}

/** From the year 1 to 1970. */
const LEAP_DAYS_BEFORE_EPOCH = 477;

function yearOfDay(epochDay: number): number {
  let year = 1970 + Math.floor(epochDay / 365.2425);
  while (daysBeforeMonth(year, 0) > epochDay) year--;
  while (daysBeforeMonth(year + 1, 0) <= epochDay) year++;
  return year;
}

/** The remainder of a division that rounds down. */
export function modulo(value: number, divisor: number): number {
  return value - Math.floor(value / divisor) * divisor;
}
