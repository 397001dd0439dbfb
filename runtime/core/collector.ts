/**
 * Keeps weak references weak while a program does not return to the event loop. JavaScript holds on
 * to whatever a WeakRef was made for or read as until the current job has ended, and a program is one
 * job. So the host is asked now and then to end that (1.3 us each time), and, when a job that uses
 * weak references lasts for long, to collect: the engine would do so by itself, but hardly ever
 * between that moment and the next use.
 *
 * What changes here is about the engine, which all states share, and nothing that Lua could see.
 */
import { current } from "./current.ts";
import type { LuaState } from "./state.ts";

/** So many uses of weak references make a look worth its while. */
const USES_PER_LOOK = 1024;

/** Collections are so far apart at least, and take at most so large a part of the time. */
const MIN_INTERVAL_MS = 200;
const INTERVAL_PER_DURATION = 50;

let useCount = 0;
let intervalMs = MIN_INTERVAL_MS;
/** When the last collection took place, or the first look in this job; `undefined` before. */
let busySinceMs: number | undefined;

/** Is called before a WeakRef is made or read, and when a program may wait for a collection. */
export function noteWeakUse(): void {
  if (++useCount >= USES_PER_LOOK) look();
}

function look(): void {
  useCount = 0;
  const state = current.state as LuaState | undefined;
  if (state === undefined) return;
  const { collector, clock } = state.host;
  collector.releaseWeakTargets();
  const nowMs = clock.nowMs();
  if (busySinceMs === undefined) {
    busySinceMs = nowMs;
    queueMicrotask(() => {
      busySinceMs = undefined;
    });
  } else if (nowMs - busySinceMs >= intervalMs) {
    collector.collect();
    busySinceMs = clock.nowMs();
    intervalMs = Math.max(MIN_INTERVAL_MS, (busySinceMs - nowMs) * INTERVAL_PER_DURATION);
  }
}
