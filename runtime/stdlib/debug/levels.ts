/** Stack levels, as the debug library counts them: 0 is the builtin that asks, 1 its caller. */
import { current } from "../../core/current.ts";
import {
  captureLevels,
  stackOfThread,
  withoutReplaced,
  type StackFrame,
} from "../../core/stack.ts";
import { deathStackOf } from "../../core/thread.ts";
import { LuaThread } from "../../core/userdata.ts";
import type { LuaValue } from "../../core/value.ts";

/** A level and the one that called it. */
export interface Level {
  readonly frame: StackFrame;
  readonly caller: StackFrame | undefined;
}

/**
 * @param thread Whose level; in another coroutine than the running one, 0 is its innermost call.
 * @returns `undefined` for a level that is not there.
 */
export function levelOf(thread: LuaThread | undefined, level: number): Level | undefined {
  if (level < 0) return undefined;
  const frames = isOther(thread) ? threadStack(thread) : captureLevels(level + 2);
  const frame = frames[level];
  return frame === undefined ? undefined : { frame, caller: frames[level + 1] };
}

/** Whether a coroutine is another one than the running one. */
export function isOther(thread: LuaThread | undefined): thread is LuaThread {
  return thread !== undefined && thread !== current.thread;
}

/** The stack of another coroutine, also of one that an error ended. */
export function threadStack(thread: LuaThread): readonly StackFrame[] {
  const deathStack = deathStackOf(thread);
  return deathStack === undefined ? stackOfThread(thread) : withoutReplaced(deathStack);
}

/** The arguments of a function whose first one may be a coroutine. */
export interface ThreadArguments {
  readonly thread: LuaThread | undefined;
  readonly values: readonly LuaValue[];
  /** How far the positions of the others are moved. */
  readonly shift: 0 | 1;
}

export function splitThread(given: readonly LuaValue[]): ThreadArguments {
  const [first] = given;
  return first instanceof LuaThread
    ? { thread: first, values: given.slice(1), shift: 1 }
    : { thread: undefined, values: given, shift: 0 };
}
