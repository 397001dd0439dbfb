/**
 * Raising errors, in LuaJIT's words.
 *
 * A Lua error travels as a thrown `LuaError`. The message handler of the innermost `xpcall` (or of
 * the program's entry) runs where the error is raised, before anything unwinds, so a traceback
 * shows the frames that led to it.
 */
import { current } from "./current.ts";
import { typeOf } from "./metatable.ts";
import { captureStack, stackOf, type StackFrame } from "./stack.ts";
import type { LuaValue } from "./value.ts";

/**
 * A Lua error on its way to whoever catches it. Not a JavaScript `Error`: making one of those
 * captures a stack, which costs more than the rest of raising and catching together.
 */
export class LuaError {
  /** What `error` was given, or what the message handler made of it. */
  readonly value: LuaValue;
  /** Set by the handler of the program's entry. */
  readonly traceback: string | undefined;
  /** The innermost line of Lua, set likewise; a tail call hides it from the traceback. */
  readonly place: Place | undefined;

  constructor(value: LuaValue, traceback?: string, place?: Place) {
    this.value = value;
    this.traceback = traceback;
    this.place = place;
  }
}

/** A line of a file. */
export interface Place {
  /** As error messages name it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/**
 * Makes of an error value what is thrown. Runs at the point of the error; for an error of the engine
 * that point is gone, and `frames` are what is known of it.
 */
export interface MessageHandler {
  (value: LuaValue, frames?: readonly StackFrame[]): LuaError;
  /** Whether what it makes is a value and nothing else, for a program that goes on. */
  isOfProgram?: true;
  /**
   * Whether who called what it protects is on the JavaScript stack: it can run there, when the error has left (raising.ts).
   * `undefined` where that call has waited.
   */
  isNear?: boolean | undefined;
}

/** Raises an error with any value. */
export function raise(value: LuaValue): never {
  const handler = current.state.messageHandler;
  throw handler === undefined ? new LuaError(value) : handler(value);
}

/**
 * What a `catch` of the runtime caught, as a Lua error. Anything that is not Lua's doing (a bug of
 * ours, `os.exit` in progress) is thrown on.
 */
export function toLuaError(thrown: unknown): LuaError {
  if (thrown instanceof LuaError) return thrown;
  const limit = engineLimit(thrown);
  if (limit === undefined) throw thrown;
  const handler = current.state.messageHandler;
  return handler === undefined ? new LuaError(limit.text) : handler(limit.text, limit.frames);
}

/** The Lua message for a limit of the JavaScript engine that the program ran into. */
function engineLimit(thrown: unknown): { text: string; frames: readonly StackFrame[] } | undefined {
  if (typeof thrown !== "object" || thrown === null) return undefined;
  const { name, message } = thrown as { name?: unknown; message?: unknown };
  if (name !== "RangeError" || typeof message !== "string") return undefined;
  if (message.startsWith("Maximum call stack size")) {
    const frames = stackOf(thrown);
    return { text: position(frames[0]) + "stack overflow", frames };
  }
  if (!message.startsWith("Invalid")) return undefined;
  // Concatenation has words of its own, and no function that could raise them: it is V8's.
  const frames = message === "Invalid string length" ? stackOf(thrown) : [];
  return frames[0]?.kind === "lua"
    ? { text: position(frames[0]) + "string length overflow", frames }
    : { text: "not enough memory", frames: [] };
}

/** "file:line: " of a Lua frame; "" for any other. */
export function position(frame: StackFrame | undefined): string {
  if (frame?.kind !== "lua") return "";
  return `${frame.script.shortSource}:${String(frame.site?.line ?? 0)}: `;
}

/** Errors of the language itself. Each raises, with the position of the running function. */
export const fault = {
  message: messageFault,

  stackOverflow(): never {
    return fault.message("stack overflow");
  },

  /** `value` is called but is no function. */
  call(value: LuaValue): never {
    return operandFault("call", value, 0);
  },

  /** `value` is called as a metamethod but is no function. */
  callHandler(value: LuaValue): never {
    const text = `attempt to call a ${typeOf(value)} value`;
    return current.state.isPuc51 ? fault.message(text) : raise(text);
  },

  concatenate(left: LuaValue, right: LuaValue): never {
    const leftIsFine = typeof left === "string" || typeof left === "number";
    return leftIsFine
      ? operandFault("concatenate", right, 1)
      : operandFault("concatenate", left, 0);
  },

  compare(left: LuaValue, right: LuaValue): never {
    return fault.message(comparisonText(left, right));
  },
};

export function comparisonText(left: LuaValue, right: LuaValue): string {
  const [leftType, rightType] = [typeOf(left), typeOf(right)];
  // PUC Lua 5.1 compares the third letters of the types, so that a thread and a string are alike.
  const areAlike = current.state.isPuc51 ? leftType[2] === rightType[2] : leftType === rightType;
  return areAlike
    ? `attempt to compare two ${leftType} values`
    : `attempt to compare ${leftType} with ${rightType}`;
}

function messageFault(text: string): never {
  return raise(position(captureStack(1, false, messageFault)[0]) + text);
}

/** @param operand Which of the operands it is, if it is one that the program wrote. */
export function operandFault(action: string, value: LuaValue, operand: number | undefined): never {
  const frame = captureStack(1, false, operandFault)[0];
  const name =
    operand !== undefined && frame?.kind === "lua" ? frame.site?.operands?.[operand] : undefined;
  return raise(position(frame) + refusalText(action, typeOf(value), name));
}

/** @param name Of the operand, if it has one. */
export function refusalText(action: string, type: string, name: string | undefined): string {
  const culprit =
    name === undefined || name === "" ? `a ${type} value` : `${name} (a ${type} value)`;
  return `attempt to ${action} ${culprit}`;
}
