/**
 * Calls that are on no JavaScript stack, as stack frames: those that wait on the heap (frames.ts), and those that an error has
 * left when its handler runs.
 */
import type { Activation } from "./activation.ts";
import { current } from "./current.ts";
import type { Frame } from "./frames.ts";
import type { StackFrame } from "./stack.ts";

/** The JavaScript name of `withLeftStack`. */
export const LEFT_STACK_NAME = "lua> left";

/** Suspended calls as stack frames, innermost first. */
export function heapFrames(innermost: Frame | undefined, limit = Infinity): StackFrame[] {
  const frames: StackFrame[] = [];
  for (let frame = innermost; frame !== undefined && frames.length < limit; frame = frame.parent) {
    const stackFrame = ofHeap(frame);
    if (stackFrame !== undefined) frames.push(stackFrame);
  }
  return frames;
}

/** `undefined` for what Lua does not see. */
function ofHeap(frame: Frame): StackFrame | undefined {
  const { script, functionIndex, builtinName } = frame.code;
  if (script === undefined) {
    return builtinName === "" ? undefined : { kind: "builtin", name: builtinName };
  }
  const activation = script.isAccessible ? activationOf(frame) : undefined;
  const point = script.text.resumePoint(functionIndex, frame.pc);
  return { kind: "lua", script, ...point, activation };
}

/** The activation of a suspended call of accessible code: in its first slot, which may be an array of all. */
function activationOf({ s0 }: Frame): Activation {
  return (Array.isArray(s0) ? s0[0] : s0) as Activation;
}

/** Functions that an error has left (raising.ts), and the handler is to see. */
export interface LeftStack {
  /** The builtin that raised the error; "" where it was an operator. */
  readonly raiser: string;
  /** The frame of the outermost function. */
  readonly left: Frame | undefined;
  readonly outer: LeftStack | undefined;
}

/** Runs a message handler as if the functions that were left were where they had been. */
export function withLeftStack<Result>(
  { raiser, left }: Omit<LeftStack, "outer">,
  run: () => Result,
): Result {
  const outer = current.leftStack;
  current.leftStack = { raiser, left, outer };
  try {
    return run();
  } finally {
    current.leftStack = outer;
  }
}

// The frame of this one stands for them.
Object.defineProperty(withLeftStack, "name", { value: LEFT_STACK_NAME });

export function leftFrames({ raiser, left }: LeftStack): StackFrame[] {
  const frames: StackFrame[] = [];
  for (let frame = left; frame !== undefined; frame = frame.parent) {
    const stackFrame = ofHeap(frame);
    if (stackFrame !== undefined) frames.unshift(stackFrame);
  }
  if (raiser !== "") frames.unshift({ kind: "builtin", name: raiser });
  return frames;
}
