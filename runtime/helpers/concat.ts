/** Concatenation (manual 2.5.4). */
import { callMetamethod, type Pending } from "../core/call.ts";
import { refuse } from "../core/refuse.ts";
import { EVENT } from "../core/heritage.ts";
import { handlerOf } from "../core/metatable.ts";
import { numberToString } from "../core/number.ts";
import type { LuaValue } from "../core/value.ts";

/**
 * `left .. right`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.4
 * @throws LuaError "attempt to concatenate a nil value"
 */
export function concat(left: LuaValue, right: LuaValue): LuaValue | Pending {
  const head = typeof left === "number" ? numberToString(left) : left;
  const tail = typeof right === "number" ? numberToString(right) : right;
  if (typeof head === "string" && typeof tail === "string") return head + tail;
  const handler = handlerOf(left, EVENT.concat) ?? handlerOf(right, EVENT.concat);
  return handler === undefined
    ? refuse.concatenate(left, right)
    : callMetamethod(handler, left, right);
}
