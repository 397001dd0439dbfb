/**
 * CPU budgets. While Lua runs, a thread of the host raises the alarm every few milliseconds; Lua code
 * looks at it wherever something may go on without end: at each turn of a loop, where a function
 * that calls others is entered, in builtins that can take long. Who sees the alarm charges the running
 * invocation for the time that passed, and stops it when its budget is used up.
 *
 * The alarm is in shared memory, so that the thread can raise it whatever the program does, and in a
 * typed array because V8 would move the reading of an ordinary property out of the loop. Looking at it
 * takes 0.3 ns, as long as counting would; it makes programs 6 % slower, tight loops 19 %. So emitted code does not, up
 * to the first time in a process that a slice lasts for longer than an interval (`watch`).
 */
import type { Pending } from "./call.ts";
import { current, REASON } from "./current.ts";
import type { Invocation } from "./invocation.ts";
import type { LuaState } from "./state.ts";
import { suspend } from "./suspend.ts";

/** What the elements of `alarm` are. */
export const ALARM = {
  /** Not 0: somebody is to call `checkpoint`. The number of the slice that ran at that time. */
  raised: 0,
  /** The number of the slice of Lua code that runs now; 0 between slices. */
  slice: 1,
  /** 1 while the thread sleeps because nothing ran for a while. */
  asleep: 2,
} as const;

/** With those that the host and its thread have for themselves, behind these. */
const ALARM_LENGTH = 6;

/** Shared with the thread that raises the alarm (host.ts, `HostAlarm`). */
export const alarm = new Int32Array(newAlarmMemory(ALARM_LENGTH * Int32Array.BYTES_PER_ELEMENT));
alarm[ALARM.asleep] = 1;

/** The alarm is raised so often, in milliseconds. */
export const ALARM_INTERVAL_MS = 10;

/** Browsers keep memory that is shared from most pages; no thread of the host would raise the alarm there. */
function newAlarmMemory(sizeBytes: number): SharedArrayBuffer | ArrayBuffer {
  const Shared = (globalThis as { readonly SharedArrayBuffer?: SharedArrayBufferConstructor })
    .SharedArrayBuffer;
  return Shared === undefined ? new ArrayBuffer(sizeBytes) : new Shared(sizeBytes);
}

let sliceCount = 0;
/** Of the latest charge: the slice, and both clocks then. */
let charged = { slice: 0, steadyMs: 0, cpuMs: 0 };

/**
 * Makes emitted code look at the alarm. Until then `current.isWatched` never changed, so V8 has left
 * all checkpoints out of the code it optimized; the change makes it discard that code, in whatever
 * loop it is.
 */
export function watch(): void {
  current.isWatched = true;
}

/** Begins a slice of code that has a budget. Returns what `endSlice` takes. */
export function beginSlice({ state }: Invocation): number {
  const outer = alarm[ALARM.slice] ?? 0;
  sliceCount = (sliceCount % MAX_SLICE) + 1;
  alarm[ALARM.slice] = sliceCount;
  if (alarm[ALARM.asleep] !== 0) state.host.alarm?.wake(alarm, watch);
  return outer;
}

export function endSlice(invocation: Invocation, outer: number): void {
  // A tick that no checkpoint saw.
  if (alarm[ALARM.raised] === alarm[ALARM.slice]) invocation.chargeLater(ALARM_INTERVAL_MS);
  alarm[ALARM.slice] = outer;
}

const MAX_SLICE = 2 ** 30;

/**
 * Is called where the alarm was seen.
 *
 * @helper
 * @effects calls
 * @throws Stopped when the CPU budget of the invocation is used up
 */
export function checkpoint(): undefined | Pending {
  const { invocation } = current;
  // JSON is read and written outside of any state, too.
  const state = current.state as LuaState | undefined;
  const preempter = state?.preempter;
  if (preempter !== undefined) {
    if (!preempter()) return undefined;
    suspend(REASON.preempt, undefined);
    return null;
  }
  const { slice } = ALARM;
  const isOurs = alarm[ALARM.raised] === alarm[slice];
  alarm[ALARM.raised] = 0;
  if (invocation !== undefined && isOurs) charge(invocation, alarm[slice] ?? 0);
  return undefined;
}

/** What passed since the latest charge in the same slice; else the interval of the alarm. */
function charge(invocation: Invocation, slice: number): void {
  const { clock } = current.state.host;
  const nowMs = clock.nowMs();
  const steadyMs = clock.steadyMs?.() ?? nowMs;
  const now = { slice, steadyMs, cpuMs: clock.cpuSeconds() * 1000 };
  // The CPU time is that of the whole process, the other one goes on while others use the CPU.
  const passedMs =
    charged.slice === slice
      ? Math.max(0, Math.min(now.steadyMs - charged.steadyMs, now.cpuMs - charged.cpuMs))
      : ALARM_INTERVAL_MS;
  charged = now;
  invocation.charge(passedMs, nowMs);
}
