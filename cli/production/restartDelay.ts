/** How long to wait before a worker that ended is replaced. */

/** One that has lived for longer did not end because of how it began. */
export const STABLE_MS = 10_000;

const FIRST_MS = 100;
const MAX_MS = 10_000;

/** @param deaths How many ended one after the other, each soon after it began; from 1. */
export function restartDelayMs(deaths: number): number {
  return deaths < 2 ? 0 : Math.min(FIRST_MS * 2 ** (deaths - 2), MAX_MS);
}
