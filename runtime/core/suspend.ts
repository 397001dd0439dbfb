/**
 * Suspending: what the function at the innermost point does. It says why (`current.reason`), and
 * returns `SUSP`; everybody who called it leaves, up to who runs the code.
 */
import type { Suspension } from "./call.ts";
import { current, REASON, type SuspensionReason } from "./current.ts";
import { fault, LuaError, position, raise } from "./error.ts";
import { beginLeaving } from "./frames.ts";
import { captureStack } from "./stack.ts";
import { encodeUtf8 } from "./utf8.ts";
import type { Results } from "./value.ts";

/** The text of LuaJIT for a builtin that can't be left, and for a yield outside of any coroutine. */
export const UNYIELDABLE_TEXT = "attempt to yield across C-call boundary";

/**
 * Who waits. Whichever is called first counts; what follows does nothing, and neither does anything
 * once the task was stopped. Both may be called at any time, also at once.
 */
export interface Waiter {
  wake(results: Results): void;
  /** Raises an error at the point that waits. @param error As for a promise that is rejected. */
  fail(error: unknown): void;
}

/**
 * Begins to wait for something: told who waits, sees to it that it is told in turn.
 *
 * @returns Is called when the task was stopped and so no longer waits; not once the waiter was told.
 */
export type Subscribe = (waiter: Waiter) => (() => void) | undefined;

/** @param transfer What is handed to who runs the code (`Base.transfer`). */
export function suspend(reason: SuspensionReason, transfer: unknown): Suspension {
  current.reason = reason;
  current.base.transfer = transfer;
  current.suspendedHandler = current.state.messageHandler;
  return beginLeaving();
}

/**
 * Suspends the running Lua code until a promise settles. Builtins return what this returns:
 *
 *     sleep: (seconds) => waitFor(delay(checkNumber(seconds, 1) * 1000)),
 *
 * The promise gives the results of the call. When it is rejected an error is raised at the call: with
 * the value of a `LuaError`, or with the message of another error and the position of the call. The
 * errors by which JavaScript tells of mistakes in a program (`TypeError`, ...) are bugs of ours: they
 * end the task, and no `pcall` catches them.
 *
 * @throws LuaError "attempt to yield across C-call boundary"
 */
export function waitFor(promise: PromiseLike<Results>): Suspension {
  if (!mayWait()) ignoreRejection(promise);
  return suspend(REASON.wait, checkYieldable(promise));
}

/** As `waitFor`, without a promise. */
export function waitUntil(subscribe: Subscribe): Suspension {
  return suspend(REASON.wait, checkYieldable(subscribe));
}

/**
 * Calls something that tells its end to a waiter, and waits only if it has not done so yet.
 *
 * @throws LuaError what it failed with
 */
export function waitUnlessEnded(start: Subscribe): Results {
  let ended: (() => Results) | undefined;
  let waiting: Waiter | undefined;
  const unsubscribe = start({
    wake: (results) => {
      if (waiting === undefined) ended ??= () => results;
      else waiting.wake(results);
    },
    fail: (error) => {
      if (waiting === undefined) ended ??= () => raiseRejection(error);
      else waiting.fail(error);
    },
  });
  if (ended !== undefined) return ended();
  return waitUntil((waiter) => {
    waiting = waiter;
    return unsubscribe;
  });
}

/** @throws LuaError "attempt to yield across C-call boundary" where the running code can't wait */
export function checkYieldable<Value>(transfer: Value): Value {
  if (!mayWait()) fault.message(UNYIELDABLE_TEXT);
  return transfer;
}

function mayWait(): boolean {
  return current.unyieldable === 0 && !current.isPinned;
}

/** For a promise that nobody waits for any more. */
export function ignoreRejection(promise: PromiseLike<unknown>): void {
  promise.then(undefined, () => undefined);
}

/** Raises what a promise was rejected with, at the point that waited for it. */
export function raiseRejection(error: unknown): never {
  if (error instanceof LuaError) return raise(error.value);
  if (isJsError(error) && !PROGRAMMING_ERRORS.has(error.name)) {
    // The frame of a builtin is there when it left one; the position is that of its caller.
    const [innermost, caller] = captureStack(2);
    const place = innermost?.kind === "builtin" ? caller : innermost;
    return raise(position(place) + encodeUtf8(error.message));
  }
  throw error;
}

const PROGRAMMING_ERRORS = new Set([
  "TypeError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "EvalError",
  "URIError",
  "AssertionError",
]);

/** Errors of any realm. */
function isJsError(value: unknown): value is { name: string; message: string } {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { name?: unknown }).name === "string" &&
    typeof (value as { message?: unknown }).message === "string"
  );
}
