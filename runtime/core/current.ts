/**
 * What is running now. The one place with module-level mutable state (docs/style.md, "Code", has
 * this exception): emitted code and helpers touch it on hot paths, where handing a state through every
 * call would cost an argument each. Whoever enters Lua sets `state` and restores it (state.ts).
 */
import type { ClosureEnvironment } from "./closureEnvironment.ts";
import type { LuaState } from "./state.ts";

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
}

export const current: Current = {
  state: undefined as unknown as LuaState,
  tailBudget: TAIL_CALL_BUDGET,
  environment: undefined,
  protectedArgumentCount: 0,
};
