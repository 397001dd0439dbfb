/**
 * Running coroutines. A coroutine runs on the JavaScript stack of who resumes it; when it yields its
 * frames move to the heap, and `coroutine.resume` returns.
 *
 * When its code waits for something outside of Lua, who resumed it waits too: `resume` leaves a frame
 * of its own and suspends in turn, up to the task that both belong to.
 */
import { NONE, SUSP } from "./call.ts";
import { current, NO_BASE, REASON } from "./current.ts";
import { LuaError, toLuaError, type MessageHandler } from "./error.ts";
import { beginLeaving, BuiltinFrame, builtinOf, type Frame, type ResumeCode } from "./frames.ts";
import { yielded } from "./hooks.ts";
import { runFrames, startFrames, takeTransfer, type Base } from "./runFrames.ts";
import { captureStack, type StackFrame } from "./stack.ts";
import { inheritGlobals } from "./threadGlobals.ts";
import { LuaThread, STATUS } from "./userdata.ts";
import type { LuaFunction, LuaValue, Results } from "./value.ts";

export function createThread(body: LuaFunction): LuaThread {
  const thread = new LuaThread(body, recordDeath);
  return current.state.hasThreadGlobals ? inheritGlobals(thread) : thread;
}

/** Why a coroutine that is not suspended can't be resumed. */
export function refusal(thread: LuaThread): string {
  return thread.status === "dead" || thread.status === "zombie"
    ? "cannot resume dead coroutine"
    : "cannot resume running coroutine";
}

/** The call at which a coroutine was resumed, while the coroutine waits for something. */
export abstract class ResumeFrame extends BuiltinFrame {
  readonly thread: LuaThread;
  /** Raises what the coroutine waited for ended with; set just before the frame is run. */
  raise: (() => Results) | undefined = undefined;

  constructor(code: ResumeCode, thread: LuaThread) {
    super(code);
    this.thread = thread;
  }

  run(results: Results): Results {
    return this.finish(resumeThread(this.thread, results, this.raise));
  }

  /** What is made of the outcome of `resumeThread`. */
  abstract finish(outcome: Results): Results;
}

/** What `resumeThread` returns when the coroutine ended by an error, which is `current.failure`. */
export const FAILED: readonly LuaValue[] = [];

/**
 * Runs a suspended coroutine until it yields, ends or fails.
 *
 * @param results What `yield` returns in there; the arguments of the body at first.
 * @param raise Is called in there instead of going on with results, and raises an error.
 * @returns What it yielded or returned; `FAILED`; or `SUSP` when it waits for something: then the caller
 *   has to leave a `ResumeFrame`.
 */
export function resumeThread(thread: LuaThread, results: Results, raise?: () => Results): Results {
  const { state, thread: resumer, base, unyieldable, isPinned } = current;
  const isPinning = unyieldable > 0;
  const { messageHandler } = state;
  if (resumer !== undefined) resumer.statusCode = STATUS.normal;
  thread.statusCode = STATUS.running;
  thread.outer = base === NO_BASE ? undefined : base;
  current.base = thread;
  if (isPinning) {
    current.isPinned = true;
    current.unyieldable = 0;
  }
  state.messageHandler = thread.messageHandler;
  let outcome: Results;
  try {
    const { body } = thread;
    if (body === undefined) {
      outcome = runFrames(thread, results, raise && raiseInnermost(thread, raise));
    } else {
      thread.body = undefined;
      outcome = startFrames(thread, body, results);
    }
  } catch (thrown) {
    // Also after what no program may catch.
    thread.statusCode = STATUS.dead;
    current.failure = toLuaError(thrown);
    outcome = FAILED;
  } finally {
    state.messageHandler = messageHandler;
    if (isPinning) {
      current.unyieldable = unyieldable;
      current.isPinned = isPinned;
    }
    current.base = base;
    if (resumer !== undefined) resumer.statusCode = STATUS.running;
  }
  if (outcome !== SUSP) {
    thread.statusCode = STATUS.dead;
    return outcome;
  }
  thread.messageHandler = current.suspendedHandler;
  if (current.reason === REASON.yield) {
    thread.statusCode = STATUS.suspended;
    if (current.hookMask !== 0) yielded(thread.stack);
    return takeTransfer(thread) as Results;
  }
  if (resumer !== undefined) resumer.statusCode = STATUS.normal;
  base.transfer = takeTransfer(thread);
  current.suspendedHandler = messageHandler;
  return beginLeaving();
}

/**
 * An error belongs to the code that waited: where a base waits only because a coroutine that it
 * resumed does, it is raised in the coroutine.
 */
export function raiseInnermost(base: Base, raise: () => Results): () => Results {
  const frame = base.stack;
  const resumption = resumptionOf(frame);
  if (frame === undefined || resumption === undefined) return raise;
  return () => {
    base.stack = frame.parent;
    base.depth--;
    resumption.raise = raise;
    return frame.code.run(frame, NONE);
  };
}

/** Drops the frames of a base, and of the coroutines that it resumed and that wait: they are dead. */
export function abandonFrames(base: Base): void {
  for (let frame = base.stack; frame !== undefined; frame = frame.parent) {
    const builtin = builtinOf(frame);
    if (builtin instanceof ResumeFrame) {
      abandonFrames(builtin.thread);
      builtin.thread.statusCode = STATUS.dead;
    }
    builtin?.abandon?.();
  }
  base.stack = undefined;
  base.depth = 0;
}

/** Who really waits, where a base waits only because a coroutine that it resumed does. */
export function innermostBase(base: Base): Base {
  let innermost = base;
  let resumption: ResumeFrame | undefined;
  while ((resumption = resumptionOf(innermost.stack)) !== undefined) innermost = resumption.thread;
  return innermost;
}

/** The call of `coroutine.resume` and the like that a frame is of. */
function resumptionOf(frame: Frame | undefined): ResumeFrame | undefined {
  const builtin = frame === undefined ? undefined : builtinOf(frame);
  return builtin instanceof ResumeFrame ? builtin : undefined;
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
