/**
 * Where PUC Lua 5.1 can't yield: its `pcall`, metamethods and iterators are called from C, which can't
 * be left. Here they could be, so that a coroutine is only told so when it yields (`isBeyondBoundary`).
 * Waiting for something outside of Lua is not a yield, and goes through.
 */
import { current } from "./current.ts";
import type { LuaValue, Results } from "./value.ts";

/** Calls something that the running coroutine can't yield out of. */
export function withinBoundary<Values extends LuaValue[]>(
  callee: (...values: Values) => Results,
  ...values: Values
): Results {
  const { boundary } = current;
  current.boundary = current.thread;
  try {
    return callee(...values);
  } finally {
    current.boundary = boundary;
  }
}

/** Whether the running coroutine is in a call of `withinBoundary`. */
export function isBeyondBoundary(): boolean {
  return current.boundary !== undefined && current.boundary === current.thread;
}
