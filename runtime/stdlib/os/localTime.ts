/** Moments as local times and back: C's `localtime` and `mktime`. */
import { fromEpochSeconds, type DatedTime } from "./calendar.ts";
import type { LocalTimeType, TimeZone } from "./timeZone.ts";

export interface LocalTime {
  readonly date: DatedTime;
  readonly type: LocalTimeType;
}

export function toLocalTime(epochSeconds: number, zone: TimeZone): LocalTime {
  const type = zone(epochSeconds);
  return { date: fromEpochSeconds(epochSeconds + type.offsetSeconds), type };
}

/** How far from a moment daylight saving time is looked for, and in which steps; as in glibc. */
const SEARCH_STEP_SECONDS = 601_200;
const SEARCH_LIMIT_SECONDS = 268_828_200;

/**
 * The moment at which clocks show a local time.
 *
 * @param localSeconds The local time in seconds, as if it were UTC.
 * @param isDaylightSaving Which of two readings is meant; `undefined` takes what fits.
 */
export function fromLocalSeconds(
  localSeconds: number,
  zone: TimeZone,
  isDaylightSaving: boolean | undefined,
): number {
  const moment = anyMoment(localSeconds, zone);
  if (isDaylightSaving === undefined || zone(moment).isDaylightSaving === isDaylightSaving) {
    return moment;
  }
  for (let step = SEARCH_STEP_SECONDS; step < SEARCH_LIMIT_SECONDS; step += SEARCH_STEP_SECONDS) {
    for (const candidate of [zone(moment - step), zone(moment + step)]) {
      if (candidate.isDaylightSaving === isDaylightSaving) {
        return localSeconds - candidate.offsetSeconds;
      }
    }
  }
  return isDaylightSaving ? moment - 3600 : moment + 3600;
}

/** In the hour that clocks skip, the later of two guesses; in the one they repeat, as glibc. */
function anyMoment(localSeconds: number, zone: TimeZone): number {
  let guess = localSeconds;
  let guessBefore = localSeconds;
  for (;;) {
    const next = localSeconds - zone(guess).offsetSeconds;
    if (next === guess) return next;
    if (next === guessBefore) return Math.max(next, guess);
    guessBefore = guess;
    guess = next;
  }
}
