/**
 * Suspended calls. To suspend, the function at the innermost point returns `SUSP`, and so does
 * everybody who called it, each leaving a *frame*: the variables it still needs and the point where
 * it goes on. Frames are linked from the innermost outwards. To resume is to run them in this order,
 * each with the results of the one before, as returning would have done.
 *
 * Frames of Lua functions are made by the resume script of their module (compiler, 3-generate/resume).
 * Builtins that call Lua functions leave a `BuiltinFrame`.
 *
 * Written for V8: frames of all functions share a few classes by size, so that linking and running
 * them meets few hidden classes. One class per function cost 8 ns more for each frame that was left and
 * resumed when many functions did so.
 */
import { isArray, settleAll, SUSP, TailCall, type Suspension } from "./call.ts";
import { current } from "./current.ts";
import type { Script } from "./script.ts";
import { BUILTIN_PREFIX, RUN_FRAMES_NAME } from "./stack.ts";
import type { LuaValue, Results } from "./value.ts";

/** Where a function goes on. One for each exit of a function, made when resume code is loaded. */
export class ResumePoint {
  /** Goes on with a frame; given the results of the call at which it was left. */
  readonly run: (frame: Frame, results: Results) => Results;
  /** Which exit; 0 in builtins. */
  readonly pc: number;
  /** `undefined` in builtins. */
  readonly script: Script | undefined;
  /** Which function of the script. */
  readonly functionIndex: number;
  /** What tracebacks call a builtin. */
  readonly builtinName: string;

  constructor(
    run: (frame: Frame, results: Results) => Results,
    { pc = 0, functionIndex = 0, script, builtinName = "" }: Partial<Omit<ResumePoint, "run">>,
  ) {
    this.run = run;
    this.pc = pc;
    this.script = script;
    this.functionIndex = functionIndex;
    this.builtinName = builtinName;
  }
}

/** A suspended call. */
export interface Frame {
  /** The frame of the caller. */
  parent: Frame | undefined;
  point: ResumePoint;
  /**
   * Catches what a frame further in threw: returns the results to go on with, or throws. Without it
   * the frame is dropped.
   */
  fail?(thrown: unknown): Results;
}

/* The short names of slots are part of emitted code. */

export class Frame2 implements Frame {
  parent: Frame | undefined = undefined;
  point: ResumePoint;
  s0: unknown;
  s1: unknown;

  constructor(point: ResumePoint, s0?: unknown, s1?: unknown) {
    this.point = point;
    this.s0 = s0;
    this.s1 = s1;
  }
}

export class Frame4 implements Frame {
  parent: Frame | undefined = undefined;
  point: ResumePoint;
  s0: unknown;
  s1: unknown;
  s2: unknown;
  s3: unknown;

  // eslint-disable-next-line max-params -- one for each slot
  constructor(point: ResumePoint, s0: unknown, s1: unknown, s2: unknown, s3?: unknown) {
    this.point = point;
    this.s0 = s0;
    this.s1 = s1;
    this.s2 = s2;
    this.s3 = s3;
  }
}

export class Frame8 implements Frame {
  parent: Frame | undefined = undefined;
  point: ResumePoint;
  s0: unknown;
  s1: unknown;
  s2: unknown;
  s3: unknown;
  s4: unknown;
  s5: unknown;
  s6: unknown;
  s7: unknown;

  // eslint-disable-next-line max-params -- one for each slot
  constructor(
    point: ResumePoint,
    s0: unknown,
    s1: unknown,
    s2: unknown,
    s3: unknown,
    s4: unknown,
    s5?: unknown,
    s6?: unknown,
    s7?: unknown,
  ) {
    this.point = point;
    this.s0 = s0;
    this.s1 = s1;
    this.s2 = s2;
    this.s3 = s3;
    this.s4 = s4;
    this.s5 = s5;
    this.s6 = s6;
    this.s7 = s7;
  }
}

/** A frame with more slots than those above, in an array. */
export class WideFrame implements Frame {
  parent: Frame | undefined = undefined;
  point: ResumePoint;
  readonly values: unknown[];

  constructor(point: ResumePoint, values: unknown[]) {
    this.point = point;
    this.values = values;
  }
}

/** The frame of a builtin: its subclasses say how it goes on. */
export abstract class BuiltinFrame implements Frame {
  parent: Frame | undefined = undefined;
  point: ResumePoint;

  constructor(point: ResumePoint) {
    this.point = point;
  }

  /** @param results Of the call at which the builtin was left. */
  abstract run(results: Results): Results;

  fail?(thrown: unknown): Results;
}

/**
 * The point of a builtin's frames. While one goes on, the builtin is on the stack as if it had just
 * been called, so that positions and tracebacks are the same.
 *
 * @param name Qualified: "string.gsub"; "" for what Lua does not see.
 */
export function builtinPoint(name: string): ResumePoint {
  const run = (frame: Frame, results: Results): Results => (frame as BuiltinFrame).run(results);
  if (name !== "") Object.defineProperty(run, "name", { value: BUILTIN_PREFIX + name });
  return new ResumePoint(run, { builtinName: name });
}

/**
 * The points of a function, by the number of the exit; there is none at 0.
 *
 * @helper
 * @effects allocates
 */
export function resumePoints(
  script: Script,
  functionIndex: number,
  exitCount: number,
  run: (frame: Frame, results: Results) => Results,
): ResumePoint[] {
  const points: ResumePoint[] = [];
  for (let pc = 0; pc <= exitCount; pc++) {
    points.push(new ResumePoint(run, { script, functionIndex, pc }));
  }
  return points;
}

/** Where the chain of frames begins while they are left; the innermost is its `parent`. */
export const ANCHOR = new Frame2(builtinPoint(""));

/** Begins to suspend: frames that are left from here on form a new chain. */
export function beginLeaving(): Suspension {
  ANCHOR.parent = undefined;
  current.tail = ANCHOR;
  return SUSP;
}

/**
 * Leaves a function that suspended: adds its frame to those further in.
 *
 * @helper
 * @effects none
 */
export function leave(frame: Frame): Suspension {
  current.tail.parent = frame;
  current.tail = frame;
  return SUSP;
}

/**
 * The first of the results a frame is given.
 *
 * @helper
 * @effects none
 */
export function firstOf(results: Results): LuaValue {
  return isArray(results) ? results[0] : results;
}

/**
 * All results a frame is given, as an array that must not be changed.
 *
 * @helper
 * @effects none
 */
export function listOf(results: Results): readonly LuaValue[] {
  return isArray(results) ? results : [results];
}

/**
 * Who runs frames: a coroutine, a task of the host, or a builtin that can't be left. While its code
 * runs, `stack` has those frames that still wait for it; the others have become JavaScript calls.
 */
export interface Base {
  stack: Frame | undefined;
  /** Who runs this one. */
  outer: Base | undefined;
  /** Whether what its code sees of the stack ends here. */
  readonly isBoundary: boolean;
}

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
        if (isArray(outcome)) {
          if (outcome instanceof TailCall) outcome = settleAll(outcome);
          if (outcome === SUSP) {
            current.tail.parent = base.stack;
            base.stack = ANCHOR.parent;
            return SUSP;
          }
        }
        const frame = base.stack;
        if (frame === undefined) return outcome;
        base.stack = frame.parent;
        outcome = frame.point.run(frame, outcome);
      }
    } catch (thrown) {
      outcome = catchIn(base, thrown);
    }
  }
}

/**
 * Runs what was just left to its end, for a builtin that can't leave in turn. Only a preemption can
 * be met so: who would have to wait does not suspend in there.
 */
export function finishHere(): Results {
  const base: Base = { stack: undefined, outer: current.base, isBoundary: false };
  let outcome: Results = SUSP;
  while (outcome === SUSP) {
    if (current.reason !== "preempt")
      throw new Error(`a suspension (${current.reason}) was not expected`);
    base.stack = ANCHOR.parent;
    current.base = base;
    const { state } = current;
    const { messageHandler } = state;
    state.messageHandler = current.suspendedHandler;
    try {
      outcome = runFrames(base, []);
    } finally {
      state.messageHandler = messageHandler;
      current.base = base.outer;
    }
  }
  return outcome;
}

// Stack frames of `runFrames` stand for the frames of its base.
Object.defineProperty(runFrames, "name", { value: RUN_FRAMES_NAME });

/** Drops frames up to one that goes on after an error. */
function catchIn(base: Base, thrown: unknown): Results {
  let failure = thrown;
  for (let frame = base.stack; frame !== undefined; frame = base.stack) {
    base.stack = frame.parent;
    if (frame.fail === undefined) continue;
    try {
      return frame.fail(failure);
    } catch (next) {
      failure = next;
    }
  }
  throw failure;
}
