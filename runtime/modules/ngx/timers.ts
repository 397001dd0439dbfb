/**
 * `ngx.timer`: functions that run later, in the background, each call in a task and an invocation of
 * its own.
 *
 * Timers belong to their state. It holds them, and nothing of the host holds it: a state that nobody
 * uses any more is collected with its timers. When it is closed they run at once, and are told so. So do
 * those of a module that is to be loaded again: they belong to the module that planned them while it was
 * loaded, else to that of the function that was called.
 */
import { current } from "../../core/current.ts";
import { LuaError } from "../../core/error.ts";
import type { Generation, LoadedModule } from "../../core/generation.ts";
import { Invocation, type InvocationLimits } from "../../core/invocation.ts";
import type { Span } from "../../core/span.ts";
import type { LuaState } from "../../core/state.ts";
import { Stopped } from "../../core/stopped.ts";
import { Task } from "../../core/task.ts";
import type { LuaFunction, LuaValue, Results } from "../../core/value.ts";
import { Exit } from "../../functions/index.ts";
import { argumentError, callerError, checkNumber } from "../../stdlib/arguments.ts";
import { defineLibrary } from "../../stdlib/library.ts";
import { runningModule } from "../../stdlib/package/moduleLoad.ts";
import { Entry } from "./entry.ts";
import { report, reportTimer } from "./report.ts";
import { toMilliseconds } from "./time.ts";

/** OpenResty's `lua_max_pending_timers` and `lua_max_running_timers`, as they are unless set. */
const MAX_PENDING = 1024;
const MAX_RUNNING = 256;

export const timerLibrary = defineLibrary("ngx.timer", {
  /**
   * Calls a function once, after some seconds, in the background: `callback(premature, ...)`, where
   * `premature` is true when it comes early, because the state is being closed or the module loaded again. 1, or nil and
   * why not.
   *
   * @signature (delay, callback, ...)
   */
  at: (...values) => planned(values, false),

  /**
   * As `ngx.timer.at`, again and again. A call that takes longer does not hold up the next.
   *
   * @signature (delay, callback, ...)
   * @throws LuaError "delay cannot be zero"
   */
  every: (...values) => planned(values, true),

  /** How many calls of timers have begun and not ended. */
  running_count: () => timersOf(current.state).runningCount,

  /** How many timers are to run. */
  pending_count: () => timersOf(current.state).pending.size,
});

interface Timer {
  readonly state: LuaState;
  readonly owner: LoadedModule | undefined;
  readonly callback: LuaFunction;
  readonly values: readonly LuaValue[];
  readonly delayMs: number;
  readonly isRepeated: boolean;
  /** Of each call. */
  readonly limits: InvocationLimits | undefined;
  /** What its call is a step of; a repeated one would never end. */
  readonly span: Span | undefined;
}

interface Timers {
  /** With what takes each back. */
  readonly pending: Map<Timer, () => void>;
  runningCount: number;
}

const timersByState = new WeakMap<LuaState, Timers>();

function timersOf(state: LuaState): Timers {
  let timers = timersByState.get(state);
  if (timers === undefined) {
    timers = { pending: new Map(), runningCount: 0 };
    timersByState.set(state, timers);
    state.onClose(() => {
      expireAll(state);
    });
  }
  return timers;
}

function planned(values: readonly LuaValue[], isRepeated: boolean): Results {
  const [delay, callback, ...others] = values;
  if (values.length < 2) {
    return callerError(`expecting at least 2 arguments but got ${String(values.length)}`);
  }
  const delayMs = toMilliseconds(checkNumber(delay, 1));
  if (isRepeated && delayMs < 0) return callerError("delay cannot be negative");
  if (isRepeated && !(delayMs > 0)) return callerError("delay cannot be zero");
  if (typeof callback !== "function") return argumentError(2, "Lua function expected");
  const { state, invocation } = current;
  const owner = runningModule();
  if (isEnded({ state, owner }) && delayMs > 0) return [undefined, "process exiting"];
  if (timersOf(state).pending.size >= MAX_PENDING) return [undefined, "too many pending timers"];
  const limits = invocation?.limits;
  const span = isRepeated ? undefined : invocation?.span;
  plan({ state, owner, callback, values: others, delayMs, isRepeated, limits, span });
  return 1;
}

/** Whether nothing more is to be planned. */
function isEnded({ state, owner }: Pick<Timer, "state" | "owner">): boolean {
  return state.isClosed || owner?.isRetired === true;
}

function plan(timer: Timer): void {
  const stopClock = startClock(timer);
  const disown = timer.owner?.onRetire((generation) => {
    expire(timer, timer.delayMs > 0, generation);
  });
  timersOf(timer.state).pending.set(timer, () => {
    stopClock();
    disown?.();
  });
}

/** A function of its own, lest what the clock keeps shares its variables with what holds the timer. */
function startClock(timer: Timer): () => void {
  const { state, delayMs } = timer;
  const reference = new WeakRef(timer);
  return state.host.clock.after(
    delayMs,
    () => {
      const due = reference.deref();
      if (due !== undefined) expire(due, false);
    },
    true,
  );
}

/** A state is being closed. */
function expireAll(state: LuaState): void {
  for (const timer of [...timersOf(state).pending.keys()]) expire(timer, timer.delayMs > 0);
}

/** @param generation Whose modules the call sees; those of the newest one unless said otherwise. */
function expire(timer: Timer, isPremature: boolean, generation?: Generation): void {
  const { state } = timer;
  const timers = timersOf(state);
  timers.pending.get(timer)?.();
  timers.pending.delete(timer);
  if (timer.isRepeated && !isEnded(timer)) plan(timer);
  if (timers.runningCount < MAX_RUNNING) run(timer, isPremature, generation);
  else {
    const limit = `${String(MAX_RUNNING)} lua_max_running_timers are not enough`;
    report(state, `lua failed to run timer: ${limit}`);
  }
}

function run(
  { state, owner, callback, values, limits, span }: Timer,
  isPremature: boolean,
  generation = state.generation,
): void {
  const timers = timersOf(state);
  const end = {
    ended: (): void => {
      timers.runningCount--;
    },
    failed: (error: unknown): void => {
      timers.runningCount--;
      if (error instanceof Exit) return;
      if (!(error instanceof LuaError || error instanceof Stopped)) throw error;
      reportTimer(state, error);
    },
  };
  const invocation = limits === undefined ? undefined : new Invocation(state, limits);
  if (invocation !== undefined) {
    invocation.generation = generation;
    invocation.owner = owner;
    invocation.span = span;
  }
  const task = new Task(state, end, invocation);
  new Entry(task, true);
  timers.runningCount++;
  task.start(callback, [isPremature, ...values]);
}
