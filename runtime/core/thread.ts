/**
 * Running coroutines. A coroutine runs on the JavaScript stack of who resumes it; when it yields its
 * frames move to the heap, and `coroutine.resume` returns.
 *
 * When its code waits for something outside of Lua, who resumed it waits too: `resume` leaves a frame
 * of its own and suspends in turn, up to the task that both belong to.
 */
import { call, isArray, NONE, SUSP } from "./call.ts";
import { current } from "./current.ts";
import { LuaError, toLuaError, type MessageHandler } from "./error.ts";
import { beginLeaving, BuiltinFrame, leave, ResumePoint, runFrames, type Base } from "./frames.ts";
import { captureStack, type StackFrame } from "./stack.ts";
import { LuaThread } from "./userdata.ts";
import type { LuaFunction, Results } from "./value.ts";

const START_POINT = new ResumePoint((frame, results) => {
  const { body } = frame as LuaThread;
  return isArray(results) ? call(body, ...results) : call(body, results);
}, {});

export function createThread(body: LuaFunction): LuaThread {
  const thread = new LuaThread(START_POINT, body);
  thread.messageHandler = recordDeath;
  return thread;
}

/** Why a coroutine can't be resumed; `undefined` when it can. */
export function refusal(thread: LuaThread): string | undefined {
  if (thread.status === "suspended") return undefined;
  return thread.status === "dead"
    ? "cannot resume dead coroutine"
    : "cannot resume running coroutine";
}

/** The call at which a coroutine was resumed, while the coroutine waits for something. */
class ResumeFrame extends BuiltinFrame {
  readonly thread: LuaThread;
  private readonly finish: Finish;

  constructor(thread: LuaThread, finish: Finish) {
    super(finish.point);
    this.thread = thread;
    this.finish = finish;
  }

  run(results: Results): Results {
    return resumeThread(this.thread, results, this.finish);
  }

  /** What was waited for ended in an error. */
  raise(raise: () => Results): Results {
    return resumeThread(this.thread, NONE, this.finish, raise);
  }
}

/** What who resumes a coroutine makes of its end. */
export interface Finish {
  readonly point: ResumePoint;
  /** Of what it yielded or returned. */
  readonly results: (results: Results) => Results;
  /** Of its error: results, or an error in turn. */
  readonly failed: (error: LuaError) => Results;
}

/**
 * Runs a suspended coroutine until it yields, ends or fails.
 *
 * @param results What `yield` returns in there; the arguments of the body at first.
 * @param raise Is called in there instead of going on with results, and raises an error.
 */
export function resumeThread(
  thread: LuaThread,
  results: Results,
  finish: Finish,
  raise?: () => Results,
): Results {
  const { state, thread: resumer, base, unyieldable } = current;
  const { messageHandler } = state;
  if (resumer !== undefined) resumer.status = "normal";
  thread.status = "running";
  thread.outer = base;
  current.base = thread;
  current.thread = thread;
  current.unyieldable = 0;
  state.messageHandler = thread.messageHandler;
  let outcome: Results = NONE;
  let error: LuaError | undefined;
  try {
    outcome =
      raise === undefined
        ? runFrames(thread, results)
        : runFrames(thread, NONE, raiseInnermost(thread, raise));
  } catch (thrown) {
    thread.status = "dead";
    error = toLuaError(thrown);
  } finally {
    state.messageHandler = messageHandler;
    current.unyieldable = unyieldable;
    current.thread = resumer;
    current.base = base;
    if (resumer !== undefined) resumer.status = "running";
  }
  if (error !== undefined) return finish.failed(error);
  if (outcome !== SUSP) {
    thread.status = "dead";
    return finish.results(outcome);
  }
  thread.messageHandler = current.suspendedHandler;
  if (current.reason === "yield") {
    thread.status = "suspended";
    return finish.results(current.transfer as Results);
  }
  current.suspendedHandler = messageHandler;
  beginLeaving();
  return leave(new ResumeFrame(thread, finish));
}

/**
 * An error belongs to the code that waited: where a base waits only because a coroutine that it
 * resumed does, it is raised in the coroutine.
 */
export function raiseInnermost(base: Base, raise: () => Results): () => Results {
  const innermost = base.stack;
  if (!(innermost instanceof ResumeFrame)) return raise;
  return () => {
    base.stack = innermost.parent;
    return innermost.raise(raise);
  };
}

/** Who really waits, where a base waits only because a coroutine that it resumed does. */
export function innermostBase(base: Base): Base {
  let innermost = base;
  while (innermost.stack instanceof ResumeFrame) innermost = innermost.stack.thread;
  return innermost;
}

const deathStacks = new WeakMap<LuaThread, readonly StackFrame[]>();

/** The message handler of a coroutine's outermost function: keeps the stack for `debug.traceback`. */
const recordDeath: MessageHandler = (value, frames) => {
  const { thread } = current;
  if (thread !== undefined) deathStacks.set(thread, frames ?? captureStack(Infinity, true));
  return new LuaError(value);
};

/** Where a dead coroutine failed, innermost first; `undefined` when it did not. */
export function deathStackOf(thread: LuaThread): readonly StackFrame[] | undefined {
  return deathStacks.get(thread);
}
