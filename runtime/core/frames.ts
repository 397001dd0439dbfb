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
 * them meets few hidden classes however many functions a program has. `npm run bench -- --suspension`
 * shows what leaving and resuming cost.
 */
import { call, isArray, settled, SUSP, type Suspension } from "./call.ts";
import { current, REASON } from "./current.ts";
import { fault, LuaError, position } from "./error.ts";
import type { Script } from "./script.ts";
import { BUILTIN_PREFIX, RUN_FRAMES_NAME } from "./stack.ts";
import type { LuaValue, Results } from "./value.ts";

/** What goes on with the frames of a function. One for each function, made when its module's is loaded. */
export class ResumeCode {
  /** Goes on with a frame; given the results of the call at which it was left. */
  readonly run: (frame: Frame, results: Results) => Results;
  /** `undefined` in builtins. */
  readonly script: Script | undefined;
  /** Which function of the script. */
  readonly functionIndex: number;
  /** What tracebacks call a builtin. */
  readonly builtinName: string;
  /** Those that were asked for, by exit. */
  private readonly positions: string[] = [];

  constructor(
    run: (frame: Frame, results: Results) => Results,
    {
      functionIndex = 0,
      script,
      builtinName = "",
    }: Partial<Pick<ResumeCode, "functionIndex" | "script" | "builtinName">>,
  ) {
    this.run = run;
    this.script = script;
    this.functionIndex = functionIndex;
    this.builtinName = builtinName;
  }

  /** "file:line: " of an exit of a Lua function. */
  position(pc: number): string {
    return (this.positions[pc] ??= this.findPosition(pc));
  }

  private findPosition(pc: number): string {
    if (this.script === undefined) return "";
    const { site, range } = this.script.text.resumePoint(this.functionIndex, pc);
    return position({ kind: "lua", script: this.script, site, range });
  }
}

/** A suspended call. */
export interface Frame {
  /** The frame of the caller. */
  parent: Frame | undefined;
  code: ResumeCode;
  /** At which exit of its function it was left; 0 in builtins. */
  pc: number;
  /**
   * Catches what a frame further in threw: returns the results to go on with, or throws. Without it
   * the frame is dropped.
   */
  fail?(thrown: unknown): Results;
  /** Is told that it will not go on: the task was stopped while it waited. */
  abandon?(): void;
}

/*
 * Fields are declared and set by the constructor: V8 runs field initializers as a function of their
 * own. The short names of slots are part of emitted code.
 */

export class Frame0 implements Frame {
  declare parent: Frame | undefined;
  declare code: ResumeCode;
  declare pc: number;

  constructor(code: ResumeCode, pc: number) {
    this.parent = undefined;
    this.code = code;
    this.pc = pc;
  }
}

export class Frame2 implements Frame {
  declare parent: Frame | undefined;
  declare code: ResumeCode;
  declare pc: number;
  declare s0: unknown;
  declare s1: unknown;

  constructor(code: ResumeCode, pc: number, s0?: unknown, s1?: unknown) {
    this.parent = undefined;
    this.code = code;
    this.pc = pc;
    this.s0 = s0;
    this.s1 = s1;
  }
}

export class Frame4 implements Frame {
  declare parent: Frame | undefined;
  declare code: ResumeCode;
  declare pc: number;
  declare s0: unknown;
  declare s1: unknown;
  declare s2: unknown;
  declare s3: unknown;

  // eslint-disable-next-line max-params -- one for each slot
  constructor(code: ResumeCode, pc: number, s0: unknown, s1: unknown, s2: unknown, s3?: unknown) {
    this.parent = undefined;
    this.code = code;
    this.pc = pc;
    this.s0 = s0;
    this.s1 = s1;
    this.s2 = s2;
    this.s3 = s3;
  }
}

export class Frame8 implements Frame {
  declare parent: Frame | undefined;
  declare code: ResumeCode;
  declare pc: number;
  declare s0: unknown;
  declare s1: unknown;
  declare s2: unknown;
  declare s3: unknown;
  declare s4: unknown;
  declare s5: unknown;
  declare s6: unknown;
  declare s7: unknown;

  // eslint-disable-next-line max-params -- one for each slot
  constructor(
    code: ResumeCode,
    pc: number,
    s0: unknown,
    s1: unknown,
    s2: unknown,
    s3: unknown,
    s4: unknown,
    s5?: unknown,
    s6?: unknown,
    s7?: unknown,
  ) {
    this.parent = undefined;
    this.code = code;
    this.pc = pc;
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
  declare parent: Frame | undefined;
  declare code: ResumeCode;
  declare pc: number;
  declare readonly v: unknown[];

  constructor(code: ResumeCode, pc: number, values: unknown[]) {
    this.parent = undefined;
    this.code = code;
    this.pc = pc;
    this.v = values;
  }
}

/** The frame of a builtin: its subclasses say how it goes on. */
export abstract class BuiltinFrame implements Frame {
  declare parent: Frame | undefined;
  declare code: ResumeCode;
  declare pc: number;

  constructor(code: ResumeCode) {
    this.parent = undefined;
    this.code = code;
    this.pc = 0;
  }

  /** @param results Of the call at which the builtin was left. */
  abstract run(results: Results): Results;

  fail?(thrown: unknown): Results;

  abandon?(): void;
}

/**
 * The resume code of a builtin's frames. While one goes on, the builtin is on the stack as if it had just
 * been called, so that positions and tracebacks are the same.
 *
 * @param name Qualified: "string.gsub"; "" for what Lua does not see.
 */
export function builtinCode(name: string): ResumeCode {
  const run = (frame: Frame, results: Results): Results =>
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- only frames of builtins have this code
    (frame as BuiltinFrame).run(results);
  if (name !== "") Object.defineProperty(run, "name", { value: BUILTIN_PREFIX + name });
  return new ResumeCode(run, { builtinName: name });
}

/**
 * The resume code of a Lua function's frames.
 *
 * @helper
 * @effects allocates
 */
export function resumeCode(
  script: Script,
  functionIndex: number,
  run: (frame: Frame, results: Results) => Results,
): ResumeCode {
  return new ResumeCode(run, { script, functionIndex });
}

/** Where the chain of frames begins while they are left; the innermost is its `parent`. */
export const ANCHOR = new Frame0(builtinCode(""), 0);

/** Begins to suspend: frames that are left from here on form a new chain. */
export function beginLeaving(): Suspension {
  ANCHOR.parent = undefined;
  current.tail = ANCHOR;
  current.leftCount = 0;
  return SUSP;
}

/**
 * Leaves a function that suspended: adds its frame to those further in. Builtins return what this
 * returns: where an error was raised, it is what their `fail` makes of it.
 *
 * @helper
 * @effects calls
 */
export function leave(frame: Frame): Results {
  if (current.reason === REASON.raise) return passError(frame);
  current.tail.parent = frame;
  current.tail = frame;
  current.leftCount++;
  return SUSP;
}

/**
 * Raises an error by leaving, up to the `pcall` around it: a tenth of the time that throwing takes,
 * and the position is known without looking at the stack.
 *
 * @param level How many calls further out is the function whose position is put in front; 0 for none.
 */
export function leaveWithError(value: LuaValue, level: number): Suspension {
  current.reason = REASON.raise;
  current.transfer = value;
  current.raiseLevel = level;
  return beginLeaving();
}

/** Whether the error of `leaveWithError` reaches someone who wants nothing but its value. */
export function mayLeaveWithError(): boolean {
  return current.state.messageHandler === undefined && current.unyieldable === 0;
}

/** The error with which the code left. */
export function takeError(): LuaError {
  return new LuaError(current.transfer as LuaValue);
}

/**
 * Whether functions are left by an error, and no frame is wanted.
 *
 * @helper
 * @effects none
 */
export function isRaising(): boolean {
  return current.reason === REASON.raise;
}

/**
 * Leaves a function by an error, which may want its position.
 *
 * @helper
 * @effects none
 */
export function blame(code: ResumeCode, pc: number): Suspension {
  if (current.raiseLevel > 0 && --current.raiseLevel === 0) {
    current.transfer = code.position(pc) + String(current.transfer);
  }
  return SUSP;
}

function passError(frame: Frame): Results {
  const { code } = frame;
  if (code.script !== undefined) return blame(code, frame.pc);
  if (frame.fail !== undefined) return frame.fail(takeError());
  // A builtin has no position to give.
  if (code.builtinName !== "" && current.raiseLevel > 0) current.raiseLevel--;
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
  /** How many frames are in `stack`. */
  depth: number;
  /** Who runs this one. */
  outer: Base | undefined;
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
        outcome = settled(outcome);
        const frame = base.stack;
        if (outcome === SUSP) {
          if (current.reason !== REASON.raise) return keepFrames(base);
          if (frame === undefined) throw takeError();
        } else if (frame === undefined) {
          return outcome;
        }
        base.stack = frame.parent;
        base.depth--;
        outcome = outcome === SUSP ? passError(frame) : frame.code.run(frame, outcome);
      }
    } catch (thrown) {
      outcome = catchIn(base, thrown);
    }
  }
}

/** As `runFrames`, for a base that has none yet: calls a function. */
export function startFrames(base: Base, callee: LuaValue, values: readonly LuaValue[]): Results {
  return runFrames(base, call(callee, ...values));
}

/** Adds the frames that were just left to those of a base. */
function keepFrames(base: Base): Suspension {
  current.tail.parent = base.stack;
  base.stack = ANCHOR.parent;
  base.depth += current.leftCount;
  return base.depth <= MAX_DEPTH ? SUSP : fault.stackOverflow();
}

/**
 * Runs what was just left to its end, for a builtin that can't leave in turn. Only a preemption can
 * be met so: who would have to wait does not suspend in there.
 */
export function finishHere(): Results {
  const base: Base = { stack: undefined, depth: 0, outer: current.base, isBoundary: false };
  let outcome: Results = SUSP;
  while (outcome === SUSP) {
    if (current.reason === REASON.raise) throw takeError();
    if (current.reason !== REASON.preempt) throw new Error("a suspension that was not expected");
    base.stack = ANCHOR.parent;
    base.depth = current.leftCount;
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
    if (frame.fail === undefined) continue;
    try {
      return frame.fail(failure);
    } catch (next) {
      failure = next;
    }
  }
  throw failure;
}
