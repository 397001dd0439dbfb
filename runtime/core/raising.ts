/**
 * Errors that are raised by leaving: functions return up to the `pcall` around them as they do when they
 * suspend, their frames saying where the error was raised. Nobody may want to look at the stack then.
 */
import { SUSP, type Suspension } from "./call.ts";
import { current, REASON } from "./current.ts";
import { LuaError } from "./error.ts";
import { beginLeaving, builtinOf, type Frame } from "./frames.ts";
import { takeTransfer } from "./runFrames.ts";
import type { LuaValue, Results } from "./value.ts";

/**
 * Raises an error by leaving, up to the `pcall` around it: a tenth of the time that throwing takes,
 * and the position is known without looking at the stack.
 *
 * @param wantsPosition Whether the position of the innermost function is put in front.
 */
export function leaveWithError(value: LuaValue, wantsPosition: boolean): Suspension {
  current.reason = REASON.raise;
  current.base.transfer = value;
  current.wantsPosition = wantsPosition;
  return beginLeaving();
}

/** Whether the error of `leaveWithError` reaches someone who wants nothing but its value. */
export function mayLeaveWithError(): boolean {
  return current.state.messageHandler === undefined && current.unyieldable === 0;
}

/** The error with which the code left. */
export function takeError(): LuaError {
  const { base } = current;
  let innermost = base.left;
  if (innermost !== undefined) {
    while (innermost.parent !== undefined) innermost = innermost.parent;
    blame(innermost);
    base.left = undefined;
  }
  return new LuaError(takeTransfer(base) as LuaValue);
}

/** Whether functions are left by an error, and no frame is wanted. */
export function isRaising(): boolean {
  return current.reason === REASON.raise;
}

/** Gives the error the position of the innermost function that left by it, if it still wants one. */
function blame({ code, pc }: Frame): void {
  if (!current.wantsPosition) return;
  // A builtin has no position to give.
  if (code.script !== undefined) {
    const { base } = current;
    base.transfer = code.position(pc) + String(base.transfer);
    current.wantsPosition = false;
  } else if (code.builtinName !== "") {
    current.wantsPosition = false;
  }
}

/** The error goes through a frame. */
export function passError(frame: Frame): Results {
  const builtin = builtinOf(frame);
  if (builtin?.fail !== undefined) return builtin.fail(takeError());
  if (current.base.left === undefined) blame(frame);
  return SUSP;
}
