/**
 * Suspended calls. To suspend, the function at the innermost point returns `SUSP`, and so does
 * everybody who called it, each leaving a *frame*: the variables it still needs and the point where
 * it goes on. To resume is to run the frames (runFrames.ts), innermost first, each with the results of
 * the one before, as returning would have done.
 *
 * Written for V8: a frame is a literal of one of four shapes, by the number of its slots, whatever
 * function it is of: so what links and runs frames meets no more hidden classes than V8 handles in line.
 * With a class for each kind of frame a program that has many kinds took 1.3 times as long to walk a
 * tree. `npm run bench -- --suspension` shows what leaving and resuming cost.
 */
import { isArray, SUSP, type Suspension } from "./call.ts";
import { current, REASON } from "./current.ts";
import { position } from "./error.ts";
import { passError } from "./raising.ts";
import type { Script } from "./script.ts";
import { BUILTIN_PREFIX } from "./stack.ts";
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
  private readonly points: ExitPoint[] = [];

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
    return this.pointAt(pc).position;
  }

  /** What is known of an exit. */
  pointAt(pc: number): ExitPoint {
    return (this.points[Math.abs(pc)] ??= this.findPoint(pc));
  }

  private findPoint(pc: number): ExitPoint {
    if (this.script === undefined) return { position: "", operands: undefined };
    const { site, range } = this.script.text.resumePoint(this.functionIndex, pc);
    return {
      position: position({ kind: "lua", script: this.script, site, range }),
      operands: site?.operands,
    };
  }
}

interface ExitPoint {
  /** "file:line: "; "" in builtins. */
  readonly position: string;
  /** What messages call the operands: "local 'x'". */
  readonly operands: readonly string[] | undefined;
}

/** A suspended call. */
export interface Frame {
  /** The frame of the caller. While functions leave, the one that was left before (`leave`). */
  parent: Frame | undefined;
  code: ResumeCode;
  /**
   * At which exit of its function it was left, counted from 1; negative when the function only returns
   * nothing behind it. 0 in builtins.
   */
  pc: number;
  /** What it keeps: the variables of a Lua function (here an array when they are many), or a `BuiltinFrame`. */
  s0?: unknown;
}

/** What a builtin that suspended keeps in its frame: its subclasses say how it goes on. */
export abstract class BuiltinFrame {
  readonly code: ResumeCode;

  constructor(code: ResumeCode) {
    this.code = code;
  }

  /** @param results Of the call at which the builtin was left. */
  abstract run(results: Results): Results;

  /**
   * Catches what was thrown further in: returns the results to go on with, or throws. Without it
   * the frame is dropped.
   */
  fail?(thrown: unknown): Results;

  /** Is told that it will not go on: the task was stopped while it waited. */
  abandon?(): void;
}

/** What the builtin keeps whose frame this is; `undefined` for that of a Lua function. */
export function builtinOf(frame: Frame): BuiltinFrame | undefined {
  return frame.code.script === undefined ? (frame.s0 as BuiltinFrame) : undefined;
}

/**
 * The resume code of a builtin's frames. While one goes on, the builtin is on the stack as if it had just
 * been called, so that positions and tracebacks are the same.
 *
 * @param name Qualified: "string.gsub"; "" for what Lua does not see.
 */
export function builtinCode(name: string): ResumeCode {
  const run = (frame: Frame, results: Results): Results => (frame.s0 as BuiltinFrame).run(results);
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

/** Begins to suspend: frames that are left from here on form a new chain. */
export function beginLeaving(): Suspension {
  current.base.left = undefined;
  return SUSP;
}

/*
 * Leaving adds a frame to those further in. They are linked the wrong way round until all have left: so
 * one old object comes to point to the new one, where the right way round it would be two, each of which
 * V8 takes note of.
 */

/**
 * Leaves a builtin, which returns what this returns: where an error was raised, it is what its `fail`
 * makes of it.
 */
export function leave(builtin: BuiltinFrame): Results {
  const s0: unknown = builtin;
  const frame: Slots2 = { parent: current.base.left, code: builtin.code, pc: 0, s0, s1: undefined };
  if (current.reason === REASON.raise) {
    if (builtin.fail !== undefined) return passError(frame);
    // An error is not told of what Lua does not see.
    if (builtin.code.builtinName === "") return SUSP;
  }
  current.base.left = frame;
  return SUSP;
}

/** The frame of a Lua function with up to two variables. The short names are part of emitted code. */
interface Slots2 extends Frame {
  s0: unknown;
  s1: unknown;
}

interface Slots4 extends Slots2 {
  s2: unknown;
  s3: unknown;
}

interface Slots8 extends Slots4 {
  s4: unknown;
  s5: unknown;
  s6: unknown;
  s7: unknown;
}

/*
 * What emitted code calls to leave a Lua function.
 */

/**
 * @helper
 * @effects none
 */
export function leave0(code: ResumeCode, pc: number): Suspension {
  const { base } = current;
  base.left = { parent: base.left, code, pc };
  return SUSP;
}

/**
 * A frame with up to two slots, or one whose only slot is an array of more than eight.
 *
 * @helper
 * @effects none
 */
export function leave2(code: ResumeCode, pc: number, s0: unknown, s1?: unknown): Suspension {
  const { base } = current;
  const frame: Slots2 = { parent: base.left, code, pc, s0, s1 };
  base.left = frame;
  return SUSP;
}

/**
 * @helper
 * @effects none
 */
// eslint-disable-next-line max-params -- one for each slot
export function leave4(
  code: ResumeCode,
  pc: number,
  s0: unknown,
  s1: unknown,
  s2: unknown,
  s3?: unknown,
): Suspension {
  const { base } = current;
  const frame: Slots4 = { parent: base.left, code, pc, s0, s1, s2, s3 };
  base.left = frame;
  return SUSP;
}

/**
 * @helper
 * @effects none
 */
// eslint-disable-next-line max-params -- one for each slot
export function leave8(
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
): Suspension {
  const { base } = current;
  const frame: Slots8 = { parent: base.left, code, pc, s0, s1, s2, s3, s4, s5, s6, s7 };
  base.left = frame;
  return SUSP;
}

/**
 * Returned by resumed code that suspended again: its frame, which has been brought up to date, stays
 * where it was.
 */
export const AGAIN: readonly LuaValue[] = [];

/**
 * The first of the results a frame is given.
 *
 * @helper
 * @effects none
 */
export function firstOf(results: Results): LuaValue {
  return isArray(results) ? results.at(0) : results;
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
