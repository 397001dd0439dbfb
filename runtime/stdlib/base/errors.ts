/** Raising and catching errors (manual 5.1). */
import { cString } from "../../core/cString.ts";
import { call, callFirst, isArray, settleAll } from "../../core/call.ts";
import { current } from "../../core/current.ts";
import { LuaError, position, raise, toLuaError, type MessageHandler } from "../../core/error.ts";
import { BuiltinFrame, builtinCode, leave, type ResumeCode } from "../../core/frames.ts";
import { numberToString } from "../../core/number.ts";
import { handleError, isRaising, leaveWithError, mayLeaveWithError } from "../../core/raising.ts";
import { captureStack, withLostStack } from "../../core/stack.ts";
import type { LuaFunction, LuaValue, Results } from "../../core/value.ts";
import { argumentError, callerError, checkFunction, optionalInteger } from "../arguments.ts";
import { defineBuiltin } from "../library.ts";
import { checkPassed } from "./passed.ts";

/**
 * Raises an error. A string gets the position of the function that `level` means: 1 the caller of
 * `error`, 2 the caller of that, 0 none.
 *
 * @signature ([message [, level]])
 * @manual 5.1
 */
export const error = defineBuiltin("error", (message, levelValue) => {
  const level = optionalInteger(levelValue, 2, 1);
  if (level <= 0 || (typeof message !== "string" && typeof message !== "number")) {
    return mayLeaveWithError() ? leaveWithError(message, 0, "error") : raise(message);
  }
  const text = typeof message === "number" ? numberToString(message) : message;
  // Who leaves does not tell of a tail call to here, which in Lua 5.1 has a position.
  const mayLeave = mayLeaveWithError() && !current.state.isPuc51;
  if (mayLeave && (level === 1 || level === 2)) return leaveWithError(text, level, "error");
  return raise(position(captureStack(level + 1)[level]) + text);
});

/**
 * Returns its arguments when the first one is true, else raises the second.
 *
 * @signature (condition [, message, ...])
 * @manual 5.1
 * @throws LuaError "assertion failed!"
 */
export const assert = defineBuiltin("assert", (...values) => {
  const condition = checkPassed(values, 1);
  if (condition !== undefined && condition !== false) {
    return values.length === 1 ? condition : values;
  }
  if (values.length === 1) return callerError("assertion failed!");
  const message = values[1];
  if (typeof message !== "string" && typeof message !== "number") {
    // LuaJIT takes the last one then.
    const value = values.at(-1);
    return mayLeaveWithError() ? leaveWithError(value, 0, "assert") : raise(value);
  }
  // LuaJIT adds the position here too. The message is a string of C: it ends at a zero byte.
  const text = typeof message === "number" ? numberToString(message) : cString(message);
  return mayLeaveWithError() ? leaveWithError(text, 1, "assert") : callerError(text);
});

/**
 * Calls a function; false and the error value instead of an error.
 *
 * @signature (callee, ...)
 * @manual 5.1
 */
export const pcall = defineBuiltin("pcall", function pcall(callee: LuaValue, ...values): Results {
  // Not a rest parameter for all: it would have to be copied to drop the callee.
  if (arguments.length === 0) return argumentError(1, "value expected");
  return protectedCall(PCALL_CODE, undefined, callee, values);
});

/**
 * `pcall` with a handler that makes the second result out of the error value; it runs where the
 * error is raised.
 *
 * @signature (callee, handler, ...)
 * @manual 5.1
 */
export const xpcall = defineBuiltin("xpcall", (...values) => {
  const callee = checkPassed(values, 1);
  const handler = checkFunction(values[1], 2);
  return protectedCall(XPCALL_CODE, handleWith(handler), callee, values.slice(2));
});

/** @param code Of the builtin that was called. */
export function protectedCall(
  code: ResumeCode,
  messageHandler: MessageHandler | undefined,
  callee: LuaValue,
  values: readonly LuaValue[],
): Results {
  const { state, protectedArgumentCount: countBefore } = current;
  const handlerBefore = state.messageHandler;
  state.messageHandler = messageHandler;
  current.protectedArgumentCount = values.length;
  // A handler is to see all of a stack that overflows.
  const stackLimitBefore = Error.stackTraceLimit;
  if (messageHandler !== undefined) {
    Error.stackTraceLimit = Infinity;
    if (messageHandler.isOfProgram === true) messageHandler.isNear = true;
  }
  try {
    const outcome = call(callee, ...values);
    if (!isArray(outcome)) return [true, outcome];
    const results = settleAll(outcome);
    if (results !== null) return [true, ...results];
    if (isRaising()) return [false, handleError(messageHandler).value];
    if (messageHandler !== undefined) messageHandler.isNear = undefined;
    return leave(new ProtectedFrame(code, handlerBefore));
  } catch (thrown) {
    return [false, toLuaError(thrown).value];
  } finally {
    if (messageHandler !== undefined) {
      Error.stackTraceLimit = stackLimitBefore;
      if (messageHandler.isNear === true) messageHandler.isNear = false;
    }
    state.messageHandler = handlerBefore;
    current.protectedArgumentCount = countBefore;
  }
}

/** A `pcall` or `xpcall` whose callee suspended: stays on as the catcher of its errors. */
class ProtectedFrame extends BuiltinFrame {
  /** Of the code around the call. */
  private readonly handlerBefore: MessageHandler | undefined;

  constructor(code: ResumeCode, handlerBefore: MessageHandler | undefined) {
    super(code);
    this.handlerBefore = handlerBefore;
  }

  run(results: Results): Results {
    current.state.messageHandler = this.handlerBefore;
    return isArray(results) ? [true, ...results] : [true, results];
  }

  override fail(thrown: unknown): Results {
    const { value } = toLuaError(thrown);
    current.state.messageHandler = this.handlerBefore;
    return [false, value];
  }
}

export const PCALL_CODE = builtinCode("pcall");
export const XPCALL_CODE = builtinCode("xpcall");

/** Runs a Lua function on each error value. An error inside it replaces what it would have made. */
export function handleWith(handler: LuaFunction): MessageHandler {
  if (current.state.messageHandler === failInHandler) return failInHandler;
  const known = handlers.get(handler);
  if (known?.isNear === false) return known;
  const made = messageHandlerOf(handler);
  handlers.set(handler, made);
  return made;
}

/** The one made last of each function. Reused unless it is in use, or the call that it was made for waits. */
const handlers = new WeakMap<LuaFunction, MessageHandler>();

function messageHandlerOf(handler: LuaFunction): MessageHandler {
  const handle: MessageHandler = (value, frames) => {
    const { state } = current;
    const handlerBefore = state.messageHandler;
    state.messageHandler = failInHandler;
    try {
      const run = () => callFirst(handler, value);
      return new LuaError(frames === undefined ? run() : withLostStack(frames, run));
    } catch (thrown) {
      return toLuaError(thrown);
    } finally {
      state.messageHandler = handlerBefore;
    }
  };
  handle.isOfProgram = true;
  handle.isNear = false;
  return handle;
}

/** In force while the handler of `xpcall` runs, also for an `xpcall` inside it. */
export const failInHandler: MessageHandler = () => new LuaError("error in error handling");
