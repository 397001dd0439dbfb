/** The coroutine library (manual 5.2). What running one means is in core/thread.ts. */
import { isArray, NONE, SUSP } from "../core/call.ts";
import { current, REASON } from "../core/current.ts";
import { raise } from "../core/error.ts";
import { builtinCode, leave } from "../core/frames.ts";
import type { LuaState } from "../core/state.ts";
import { suspend, UNYIELDABLE_TEXT } from "../core/suspend.ts";
import type { LuaTable } from "../core/table.ts";
import { createThread, FAILED, refusal, ResumeFrame, resumeThread } from "../core/thread.ts";
import { LuaThread, STATUS } from "../core/userdata.ts";
import type { LuaFunction, LuaValue, Results } from "../core/value.ts";
import { argumentError, callerError, checkFunction } from "./arguments.ts";
import { defineLibrary, libraryTable } from "./library.ts";

const mainThreads = new WeakMap<LuaState, LuaThread>();

/** What `coroutine.resume` returns: true and the results, or false and the error. */
function finishResume(outcome: Results, thread: LuaThread): Results {
  if (!isArray(outcome)) return [true, outcome];
  if (outcome === SUSP) return leave(new ProtectedResumeFrame(RESUME_CODE, thread));
  if (outcome === FAILED) return [false, current.failure?.value];
  return outcome.length === 0 ? true : [true, ...outcome];
}

const RESUME_CODE = builtinCode("coroutine.resume");

class ProtectedResumeFrame extends ResumeFrame {
  finish(outcome: Results): Results {
    return finishResume(outcome, this.thread);
  }
}

/** What a function made by `coroutine.wrap` returns: the results, or the error with a position more. */
function finishWrap(outcome: Results, thread: LuaThread): Results {
  if (outcome === SUSP) return leave(new WrapFrame(WRAP_CODE, thread));
  if (outcome !== FAILED) return outcome;
  const value = current.failure?.value;
  return typeof value === "string" ? callerError(value) : raise(value);
}

const WRAP_CODE = builtinCode("coroutine.wrap");

class WrapFrame extends ResumeFrame {
  finish(outcome: Results): Results {
    return finishWrap(outcome, this.thread);
  }
}

/** Arguments as results; not for a single one, which is the bare value. */
function resultsOf(...values: LuaValue[]): Results {
  return values.length === 0 ? NONE : values;
}

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
    if (thread.statusCode !== STATUS.suspended) return [false, refusal(thread)];
    // V8 makes no array where it is only looked at in this way.
    const results = values.length === 1 ? values[0] : resultsOf(...values);
    return finishResume(resumeThread(thread, results), thread);
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
  yield: (...values) => {
    if (current.thread === undefined || current.unyieldable > 0) {
      return callerError(UNYIELDABLE_TEXT);
    }
    return suspend(REASON.yield, values.length === 1 ? values[0] : resultsOf(...values));
  },

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
export function wrapperOf(thread: LuaThread): LuaFunction {
  const named: Record<"lua coroutine.wrap", LuaFunction> = {
    "lua coroutine.wrap": (...values) => {
      if (thread.statusCode !== STATUS.suspended) return callerError(refusal(thread));
      const results = values.length === 1 ? values[0] : resultsOf(...values);
      return finishWrap(resumeThread(thread, results), thread);
    },
  };
  return named["lua coroutine.wrap"];
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
