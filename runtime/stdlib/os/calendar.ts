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
  // Counted from March 1 of the year 0, leap days come last in years, centuries and eras.
  const marchDay = epochDay - MARCH_YEAR_0;
  const era = Math.floor(marchDay / DAYS_PER_ERA);
  const dayOfEra = marchDay - era * DAYS_PER_ERA;
  const leapDays =
    Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear =
    dayOfEra - (yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  // From March on, five months always have 153 days.
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const isNextYear = marchMonth >= 10;
  const year = era * YEARS_PER_ERA + yearOfEra + (isNextYear ? 1 : 0);
  return {
    year,
    month: isNextYear ? marchMonth - 9 : marchMonth + 3,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
    hour: Math.floor(secondOfDay / 3600),
    minute: Math.floor(secondOfDay / 60) % 60,
    second: secondOfDay % 60,
    // The epoch was a Thursday.
    weekday: modulo(epochDay + 4, 7),
    yearDay: epochDay - daysBeforeMonth(year, 0),
  };
}

/** March 1 of the year 0, in days from the epoch. */
const MARCH_YEAR_0 = -719_468;

/** The calendar repeats. */
const YEARS_PER_ERA = 400;
const DAYS_PER_ERA = 146_097;

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

/** The remainder of a division that rounds down. */
export function modulo(value: number, divisor: number): number {
  return value - Math.floor(value / divisor) * divisor;
}
