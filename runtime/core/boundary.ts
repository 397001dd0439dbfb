/**
 * Where PUC Lua 5.1 can't yield: its `pcall`, metamethods and iterators are called from C, which can't
 * be left. Here they could be, so that a coroutine is only told so when it yields (`isBeyondBoundary`).
 * Waiting for something outside of Lua is not a yield, and goes through.
 */
import { isSuspension } from "./call.ts";
import { current } from "./current.ts";
import { BuiltinFrame, builtinCode, builtinOf, leave } from "./frames.ts";
import type { LuaValue, Results } from "./value.ts";

/** Calls something that the running coroutine can't yield out of. */
export function withinBoundary<Values extends LuaValue[]>(
  callee: (...values: Values) => Results,
  ...values: Values
): Results {
  const { boundary } = current;
  current.boundary = current.thread;
  try {
    const results = callee(...values);
    return isSuspension(results) ? leave(new BoundaryFrame()) : results;
  } finally {
    current.boundary = boundary;
  }
}

const BOUNDARY_CODE = builtinCode("");

/** A call of `withinBoundary` that was left, but not by a yield. */
class BoundaryFrame extends BuiltinFrame {
  constructor() {
    super(BOUNDARY_CODE);
  }

  run(results: Results): Results {
    return results;
  }
}

/** Whether the running coroutine is in a call of `withinBoundary`. */
export function isBeyondBoundary(): boolean {
  if (current.boundary !== undefined && current.boundary === current.thread) return true;
  let { base } = current;
  for (;;) {
    for (let frame = base.stack; frame !== undefined; frame = frame.parent) {
      if (builtinOf(frame) instanceof BoundaryFrame) return true;
    }
    if (base.isBoundary || base.outer === undefined) return false;
    base = base.outer;
  }
}
