/**
 * Errors that are raised by leaving: functions return up to the `pcall` around them as they do when they
 * suspend, their frames saying where the error was raised. Nobody may want to look at the stack then, but for the handler of an
 * `xpcall`. Where that is on the JavaScript stack, the handler runs when the error has left, and if it looks at the stack,
 * sees those frames where they were (heapStack.ts); elsewhere it runs before.
 */
import { SUSP, type Suspension } from "./call.ts";
import { current, REASON } from "./current.ts";
import { comparisonText, LuaError, position, refusalText, type MessageHandler } from "./error.ts";
import { beginLeaving, builtinOf, type Frame } from "./frames.ts";
import { withLeftStack } from "./heapStack.ts";
import { takeTransfer } from "./runFrames.ts";
import { captureStack } from "./stack.ts";
import type { LuaValue, Results } from "./value.ts";

/**
 * Raises an error by leaving, up to the `pcall` around it: a tenth of the time that throwing takes,
 * and the position is known without looking at the stack.
 *
 * @param level Whose position is put in front: 1 the innermost function, 2 its caller, 0 none.
 * @param raiser The builtin that does.
 */
export function leaveWithError(
  value: LuaValue | Refusal,
  level: 0 | 1 | 2,
  raiser = "",
): Suspension {
  current.raiser = raiser;
  const handler = current.state.messageHandler;
  return handler === undefined || handler.isNear === true
    ? leave(value, level)
    : leave(handler(placed(value, level)).value, 0);
}

function leave(value: LuaValue | Refusal, level: 0 | 1 | 2): Suspension {
  current.reason = REASON.raise;
  current.base.transfer = value;
  current.positionLevel = level;
  return beginLeaving();
}

/** What an error is with its position, as the stack tells it: for who wants to know before anything is left. */
function placed(value: LuaValue | Refusal, level: 0 | 1 | 2): LuaValue {
  if (value instanceof Refusal) {
    const frame = captureStack(1, false, leaveWithError)[0];
    return position(frame) + value.text(frame?.kind === "lua" ? frame.site?.operands : undefined);
  }
  if (level === 0) return value;
  // What gets a position is a text.
  return position(captureStack(level + 1, false, leaveWithError)[level]) + (value as string);
}

/** What an operator says that refuses its operands. */
abstract class Refusal {
  /** @param operands Their names. */
  abstract text(operands: readonly string[] | undefined): string;
}

/** It refused one: how, of which type, and which of its operands it is, if it is one that the program wrote. */
export class OperandRefusal extends Refusal {
  private readonly action: string;
  private readonly type: string;
  private readonly operand: number | undefined;

  constructor(action: string, type: string, operand: number | undefined) {
    super();
    this.action = action;
    this.type = type;
    this.operand = operand;
  }

  text(operands: readonly string[] | undefined): string {
    return refusalText(
      this.action,
      this.type,
      this.operand === undefined ? undefined : operands?.[this.operand],
    );
  }
}

/** It does not order two values of these kinds. */
export class ComparisonRefusal extends Refusal {
  private readonly left: LuaValue;
  private readonly right: LuaValue;

  constructor(left: LuaValue, right: LuaValue) {
    super();
    this.left = left;
    this.right = right;
  }

  text(): string {
    return comparisonText(this.left, this.right);
  }
}

/** Whether the error of `leaveWithError` reaches someone who wants nothing but its value. */
export function mayLeaveWithError(): boolean {
  const { messageHandler } = current.state;
  const wantsValue = messageHandler === undefined || messageHandler.isOfProgram === true;
  return wantsValue && current.unyieldable === 0;
}

/**
 * The error with which the code left.
 *
 * @param isResumed Whether who takes it was suspended, and so is on no stack any more.
 */
export function takeError(isResumed = false): LuaError {
  const { base } = current;
  const { positionLevel } = current;
  if (positionLevel !== 0) {
    const blamed = leftAt(positionLevel);
    if (blamed !== undefined) blame(blamed);
    // Who takes the error is no function of Lua; behind it there may be one, if nobody has left.
    else if (positionLevel === 2 && base.left === undefined) {
      const caller = isResumed ? captureStack(1)[0] : captureStack(2)[1];
      base.transfer = position(caller) + String(base.transfer);
    }
  }
  base.left = undefined;
  const transfer = takeTransfer(base);
  return new LuaError(
    transfer instanceof Refusal ? transfer.text(undefined) : (transfer as LuaValue),
  );
}

/** As `takeError`, where it is for the handler around the code to say what becomes of the error. */
export function handleError(handler: MessageHandler | undefined, isResumed = false): LuaError {
  const { left } = current.base;
  const { raiser } = current;
  const error = takeError(isResumed);
  if (handler?.isNear !== true) return error;
  return withLeftStack({ raiser, left }, () => handler(error.value));
}

/** Whether functions are left by an error, and no frame is wanted. */
export function isRaising(): boolean {
  return current.reason === REASON.raise;
}

/** The frame of a function that was left first, or second; frames are linked the other way round. */
function leftAt(level: number): Frame | undefined {
  let first: Frame | undefined;
  let second: Frame | undefined;
  for (let frame = current.base.left; frame !== undefined; frame = frame.parent) {
    if (!isFunction(frame)) continue;
    second = first;
    first = frame;
  }
  return level === 1 ? first : second;
}

/** Not a part of an operator, such as what negates the result of a metamethod. */
function isFunction({ code: { script, builtinName } }: Frame): boolean {
  return script !== undefined || builtinName !== "";
}

/** Gives the error the position of a function that left by it, and of no other. */
function blame({ code, pc }: Frame): void {
  // A builtin has no position to give.
  if (code.script !== undefined) {
    const { base } = current;
    const { position: place, operands } = code.pointAt(pc);
    const { transfer } = base;
    base.transfer =
      place + (transfer instanceof Refusal ? transfer.text(operands) : String(transfer));
  }
  current.positionLevel = 0;
}

/** The error goes on behind a builtin, or a function that was resumed: levels like any other, but no frames that stay. */
function countLevel(frame: Frame): void {
  const { positionLevel } = current;
  if (positionLevel === 0 || !isFunction(frame)) return;
  const level = current.base.left === undefined ? 1 : 2;
  if (level === 2 && leftAt(2) !== undefined) return;
  if (level === positionLevel) blame(frame);
  else if (level < positionLevel) current.positionLevel--;
}

/** The error goes through a frame. */
export function passError(frame: Frame): Results {
  const builtin = builtinOf(frame);
  // Whether it makes a result of the error or raises it again: nobody further out lets the handler see it.
  if (builtin?.fail !== undefined) {
    return builtin.fail(handleError(current.state.messageHandler, true));
  }
  countLevel(frame);
  return SUSP;
}
