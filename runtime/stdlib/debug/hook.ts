/** Setting hooks (manual 5.9, `lua_sethook`); what they are told is the business of core/hooks.ts. */
import { NONE } from "../../core/call.ts";
import { EVENT, hookSlot, setHook } from "../../core/hooks.ts";
import type { LuaFunction, LuaValue, Results } from "../../core/value.ts";
import { checkFunction, checkString, optionalInteger } from "../arguments.ts";
import { splitThread } from "./levels.ts";
import { captureStack } from "../../core/stack.ts";
import { current } from "../../core/current.ts";

/** What `gethook` gives back: also a hook that no event reaches. */
interface Given {
  readonly callee: LuaFunction | undefined;
  readonly maskText: string;
  readonly count: number;
}

const NO_HOOK: Given = { callee: undefined, maskText: "", count: 0 };

const given = new WeakMap<object, Given>();

export function setHookOf(values: readonly LuaValue[]): Results {
  const { thread, values: rest, shift } = splitThread(values);
  const [callee, maskValue, countValue] = rest;
  const slot = hookSlot(thread);
  if (callee === undefined) {
    given.delete(slot);
    setHook(slot, undefined);
    return NONE;
  }
  const letters = checkString(maskValue, 2 + shift);
  const hook = checkFunction(callee, 1 + shift);
  const count = optionalInteger(countValue, 3 + shift, 0);
  const mask = maskOf(letters, count);
  if (current.state.isPuc51) noteLines();
  setHook(slot, mask === 0 ? undefined : { callee: hook, mask, count, left: count });
  given.set(slot, { callee: hook, maskText: textOf(mask), count: mask === 0 ? 0 : count });
  return NONE;
}

export function getHookOf(values: readonly LuaValue[]): Results {
  const { callee, maskText, count } = given.get(hookSlot(splitThread(values).thread)) ?? NO_HOOK;
  return [callee, maskText, count];
}

const LETTERS = { c: EVENT.call, r: EVENT.return, l: EVENT.line };

function maskOf(letters: string, count: number): number {
  let mask = count > 0 ? EVENT.count : 0;
  for (const [letter, event] of Object.entries(LETTERS))
    if (letters.includes(letter)) mask |= event;
  return mask;
}

function textOf(mask: number): string {
  return Object.entries(LETTERS).reduce(
    (text, [letter, event]) => ((mask & event) === 0 ? text : text + letter),
    "",
  );
}

/** Lua 5.1 knows of each call on which line it is, whether there is a hook or not. */
function noteLines(): void {
  for (const frame of captureStack(Infinity)) {
    if (frame.kind === "lua" && frame.activation !== undefined) {
      frame.activation.line = frame.site?.line ?? 0;
    }
  }
}
