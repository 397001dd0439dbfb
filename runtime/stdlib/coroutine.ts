/** The coroutine library (manual 5.2). What running one means is in core/thread.ts. */
import { isArray, NONE } from "../core/call.ts";
import { current } from "../core/current.ts";
import { raise } from "../core/error.ts";
import { builtinPoint } from "../core/frames.ts";
import type { LuaState } from "../core/state.ts";
import { suspend, UNYIELDABLE_TEXT } from "../core/suspend.ts";
import type { LuaTable } from "../core/table.ts";
import { createThread, refusal, resumeThread, type Finish } from "../core/thread.ts";
import { LuaThread } from "../core/userdata.ts";
import type { LuaFunction, LuaValue, Results } from "../core/value.ts";
import { argumentError, callerError, checkFunction } from "./arguments.ts";
import { defineLibrary, libraryTable } from "./library.ts";

const mainThreads = new WeakMap<LuaState, LuaThread>();

/** Ends of `coroutine.resume`: true and the results, or false and the error. */
const RESUME: Finish = {
  point: builtinPoint("coroutine.resume"),
  results: (results) => {
    if (!isArray(results)) return [true, results];
    switch (results.length) {
      case 0:
        return true;
      case 1:
        return [true, results[0]];
      default:
        return [true, ...results];
    }
  },
  failed: (error) => [false, error.value],
};

/** Ends of a function made by `coroutine.wrap`: the results, or the error with a position more. */
const WRAP: Finish = {
  point: builtinPoint("coroutine.wrap"),
  results: (results) => results,
  failed: ({ value }) => (typeof value === "string" ? callerError(value) : raise(value)),
};

export const coroutineLibrary = defineLibrary("coroutine", {
  /** A new coroutine that will run a function. @manual 5.2 */
  create: (body) => createThread(checkFunction(body, 1)),

  /**
   * Runs a coroutine until it yields, ends or fails. True and what it yielded or returned; false and
   * the error. The arguments become those of its function at first, then the results of `yield`.
   *
   * @signature (coroutine, ...)
   * @manual 5.2
   */
  resume: (thread, ...values) => {
    if (!(thread instanceof LuaThread)) return argumentError(1, "coroutine expected");
    const reason = refusal(thread);
    return reason === undefined ? resumeThread(thread, values, RESUME) : [false, reason];
  },

  /** "suspended", "running", "normal" (it resumed another one) or "dead". @manual 5.2 */
  status: (thread) =>
    thread instanceof LuaThread ? thread.status : argumentError(1, "coroutine expected"),

  /**
   * A function that resumes a new coroutine each time it is called, and raises its errors.
   *
   * @manual 5.2
   * @throws LuaError "cannot resume dead coroutine"
   */
  wrap: (body) => wrapperOf(createThread(checkFunction(body, 1))),

  /**
   * Suspends the running coroutine. The arguments become results of `resume`, and the arguments of
   * the next `resume` what this returns.
   *
   * @manual 5.2
   * @throws LuaError "attempt to yield across C-call boundary" outside of any coroutine
   */
  yield: (...values) =>
    current.thread === undefined || current.unyieldable > 0
      ? callerError(UNYIELDABLE_TEXT)
      : suspend("yield", values),

  /** The running coroutine; nil in the main program, with Lua 5.2 compatibility the main one and true. @manual 5.2 */
  running: () => {
    const { state, thread } = current;
    if (thread !== undefined) return state.isLua52Compatible ? [thread, false] : thread;
    return state.isLua52Compatible ? [mainThreadOf(state), true] : undefined;
  },

  /** Whether the running function can yield. Of Lua 5.3. */
  isyieldable: () => current.thread !== undefined && current.unyieldable === 0,
});

export function openCoroutine(_state: LuaState): LuaTable {
  return libraryTable(coroutineLibrary);
}

/** The key is the function's name in stacks; setting it for each would cost a microsecond. */
function wrapperOf(thread: LuaThread): LuaFunction {
  return {
    "lua coroutine.wrap": (...values: LuaValue[]): Results => {
      const reason = refusal(thread);
      return reason === undefined ? resumeThread(thread, values, WRAP) : callerError(reason);
    },
  }["lua coroutine.wrap"];
}

function mainThreadOf(state: LuaState): LuaThread {
  let thread = mainThreads.get(state);
  if (thread === undefined) {
    thread = createThread(() => NONE);
    thread.status = "running";
    mainThreads.set(state, thread);
  }
  return thread;
}
