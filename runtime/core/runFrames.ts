/**
 * Runs suspended calls (frames.ts).
 */
import { call, isArray, NONE, SUSP, type Suspension, withoutTailCall } from "./call.ts";
import { current, NO_BASE, REASON } from "./current.ts";
import { fault } from "./error.ts";
import { AGAIN, builtinOf, type Frame } from "./frames.ts";
import { passError, takeError } from "./raising.ts";
import { RUN_FRAMES_NAME } from "./stack.ts";
import type { LuaThread } from "./userdata.ts";
import type { LuaValue, Results } from "./value.ts";

/**
 * Who runs frames: a coroutine, a task of the host, or a builtin that can't be left. While its code
 * runs, `stack` has those frames that still wait for it; the others have become JavaScript calls.
 */
export interface Base {
  stack: Frame | undefined;
  /**
   * The frame that was left last; its `parent` is the one before (`leave`). Here rather than in `current`,
   * because V8 takes note of whatever is young and comes into an old object; many bases are young.
   */
  left: Frame | undefined;
  /**
   * What its code hands over when it leaves: what it yields, who is to be told when to go on, an error
   * value.
   */
  transfer: unknown;
  /** How many frames are in `stack`. */
  depth: number;
  /** Who runs this one. */
  outer: Base | undefined;
  /** The coroutine whose code it runs. */
  readonly thread: LuaThread | undefined;
  /** Whether what its code sees of the stack ends here. */
  readonly isBoundary: boolean;
  /** Whether it is a `Task`. */
  readonly isTask?: boolean;
}

/**
 * A recursion in which each call suspends grows on the heap, where no stack would ever overflow.
 * LuaJIT's stack has room for 21,800 calls of a function of one argument.
 */
const MAX_DEPTH = 25_000;

/**
 * Runs the frames of a base until none is left, and returns the last results; or `SUSP`, when it
 * suspends again.
 *
 * @param results Of the call at which the innermost frame was left.
 * @param raise Is called instead of going on with results: raises an error there.
 */
export function runFrames(base: Base, results: Results, raise?: () => Results): Results {
  let outcome = results;
  let raiseNow = raise;
  for (;;) {
    try {
      if (raiseNow !== undefined) {
        const raiseOnce = raiseNow;
        raiseNow = undefined;
        outcome = raiseOnce();
      }
      for (;;) {
        outcome = withoutTailCall(outcome);
        if (outcome === SUSP && current.reason !== REASON.raise) return keepFrames(base);
        const frame = base.stack;
        if (frame === undefined) return outcomeOf(outcome);
        base.stack = frame.parent;
        base.depth--;
        if (outcome === SUSP) outcome = passError(frame);
        else if (frame.pc < 0) outcome = NONE;
        else outcome = frame.code.run(frame, outcome);
        if (outcome === AGAIN) outcome = stayOrPassError(base, frame);
      }
    } catch (thrown) {
      outcome = catchIn(base, thrown);
    }
  }
}

/** A resumed function has left again. */
function stayOrPassError(base: Base, frame: Frame): Results {
  if (current.reason === REASON.raise) return passError(frame);
  base.stack = frame;
  base.depth++;
  return SUSP;
}

/** What it means that no frame is left. */
function outcomeOf(outcome: Results): Results {
  if (outcome === SUSP) throw takeError();
  return outcome;
}

/** As `runFrames`, for a base that has none yet: calls a function. */
export function startFrames(base: Base, callee: LuaValue, values: Results): Results {
  // With one argument, which most have, V8 need not look into an array.
  const argument = isArray(values) && values.length === 1 ? values[0] : values;
  const outcome = withoutTailCall(
    isArray(argument)
      ? call(callee, ...argument)
      : typeof callee === "function"
        ? callee(argument)
        : call(callee, argument),
  );
  if (outcome !== SUSP) return outcome;
  if (current.reason === REASON.raise) throw takeError();
  return keepFrames(base);
}

export function takeTransfer(base: Base): unknown {
  const { transfer } = base;
  base.transfer = undefined;
  return transfer;
}

/** Adds the frames that were just left, of code that `runner` ran, to those of a base. */
function keepFrames(base: Base, runner = base): Suspension {
  let frame = runner.left;
  if (frame === undefined) return SUSP;
  let outer = base.stack;
  let count = 0;
  do {
    const inner: Frame | undefined = frame.parent;
    frame.parent = outer;
    outer = frame;
    frame = inner;
    count++;
  } while (frame !== undefined);
  runner.left = undefined;
  base.stack = outer;
  base.depth += count;
  return base.depth <= MAX_DEPTH ? SUSP : fault.stackOverflow();
}

/**
 * Runs what was just left to its end, for a builtin that can't leave in turn. Only a preemption can
 * be met so: who would have to wait does not suspend in there.
 */
export function finishHere(): Results {
  const { base: outer, thread } = current;
  const base: Base = { ...NO_BASE, outer, thread, isBoundary: false };
  let outcome: Results = SUSP;
  if (current.reason !== REASON.raise) keepFrames(base, outer);
  while (outcome === SUSP) {
    if (current.reason === REASON.raise) throw takeError();
    if (current.reason !== REASON.preempt) throw new Error("a suspension that was not expected");
    current.base = base;
    const { state } = current;
    const { messageHandler } = state;
    state.messageHandler = current.suspendedHandler;
    try {
      outcome = runFrames(base, []);
    } finally {
      state.messageHandler = messageHandler;
      current.base = outer;
    }
  }
  return outcome;
}

// Stack frames of these stand for the frames of the base.
for (const runner of [runFrames, startFrames]) {
  Object.defineProperty(runner, "name", { value: RUN_FRAMES_NAME });
}

/** Drops frames up to one that goes on after an error. */
function catchIn(base: Base, thrown: unknown): Results {
  let failure = thrown;
  for (let frame = base.stack; frame !== undefined; frame = base.stack) {
    base.stack = frame.parent;
    base.depth--;
    const builtin = builtinOf(frame);
    if (builtin?.fail === undefined) continue;
    try {
      return builtin.fail(failure);
    } catch (next) {
      failure = next;
    }
  }
  throw failure;
}
