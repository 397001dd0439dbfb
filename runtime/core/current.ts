/**
 * What is running now. The one place with module-level mutable state (docs/style.md, "Code", has
 * this exception): emitted code and helpers touch it on hot paths, where handing a state through every
 * call would cost an argument each. Whoever enters Lua sets `state` and restores it (state.ts).
 */
import type { ClosureEnvironment } from "./closureEnvironment.ts";
import type { MessageHandler } from "./error.ts";
import type { Base, Frame } from "./frames.ts";
import type { Invocation } from "./invocation.ts";
import type { LuaState } from "./state.ts";
import type { Task } from "./task.ts";
import type { LuaThread } from "./userdata.ts";

/** This many tail calls may nest on the JavaScript stack before one is handed to `settle`. */
export const TAIL_CALL_BUDGET = 100;

export interface Current {
  /** The state whose code is running. Valid while Lua runs. */
  state: LuaState;
  /** Counts down tail calls; stays a small integer. */
  tailBudget: number;
  /** Of the function that made the latest call, in chunks that work with environments. */
  environment: ClosureEnvironment | undefined;
  /**
   * How many arguments the innermost `pcall` or `xpcall` passes on. Where it calls a builtin there
   * is no call site to tell a nil from a missing argument.
   */
  protectedArgumentCount: number;

  /** The innermost of those who run frames; `undefined` when nothing was resumed. */
  base: Base | undefined;
  /** The running coroutine; `undefined` in the main program. */
  thread: LuaThread | undefined;
  /** How many builtins that can't be left are being called, one inside the other. */
  unyieldable: number;

  /** Whose code is running. */
  invocation: Invocation | undefined;
  /** The task that runs; `undefined` in code that must not wait. */
  task: Task | undefined;
  /** Says whether to suspend at a checkpoint: how tests preempt code at random. */
  preempter: (() => boolean) | undefined;

  // --- Set by who suspends, read by who ran the code (suspend.ts) ---
  reason: SuspensionReason;
  /** What is passed on: the arguments of `yield`, or who is to be told when to go on. */
  transfer: unknown;
  /** The message handler in force where the code suspended. */
  suspendedHandler: MessageHandler | undefined;
  /** The frame that was left last. */
  tail: Frame;
}

/**
 * - `yield`: `coroutine.yield`; ends at the `coroutine.resume` around it.
 * - `wait`: for something outside of Lua; whoever called waits too.
 * - `preempt`: for nothing. Tests suspend code at random to see that nothing changes.
 */
export type SuspensionReason = "yield" | "wait" | "preempt";

export const current: Current = {
  state: undefined as unknown as LuaState,
  tailBudget: TAIL_CALL_BUDGET,
  environment: undefined,
  protectedArgumentCount: 0,
  base: undefined,
  thread: undefined,
  unyieldable: 0,
  invocation: undefined,
  task: undefined,
  preempter: undefined,
  reason: "wait",
  transfer: undefined,
  suspendedHandler: undefined,
  tail: undefined as unknown as Frame,
};
