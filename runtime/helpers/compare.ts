/**
 * Comparison of operands that emitted code could not compare itself. Two objects of one kind are compared here, with a call in
 * each helper, for the same reason as in arithmetic.ts.
 */
import { ALARM, alarm, checkpoint } from "../core/budget.ts";
import { first, type Pending } from "../core/call.ts";
import { asCondition, isEqual, isLess, isLessOrEqual } from "../core/compare.ts";
import { EVENT } from "../core/heritage.ts";
import { knownHandler } from "../core/metatable.ts";
import { LuaTable } from "../core/table.ts";
import type { LuaFunction, LuaValue } from "../core/value.ts";

/**
 * `left == right`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.2
 */
export function eq(left: LuaValue, right: LuaValue): boolean | Pending {
  // Most tables have none, and comparing them is no more than that.
  if (left instanceof LuaTable && left.metatable === undefined) return left === right;
  const handler = sharedHandler(left, right, EVENT.eq);
  return handler === undefined ? isEqual(left, right) : asCondition(first(handler(left, right)));
}

/**
 * `left < right`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.2
 * @throws LuaError "attempt to compare two nil values", "attempt to compare number with nil"
 */
export function lt(left: LuaValue, right: LuaValue): boolean | Pending {
  const handler = sharedHandler(left, right, EVENT.lt);
  return handler === undefined ? isLess(left, right) : asCondition(first(handler(left, right)));
}

/**
 * `left <= right`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.2
 * @throws LuaError "attempt to compare two nil values", "attempt to compare number with nil"
 */
export function le(left: LuaValue, right: LuaValue): boolean | Pending {
  const handler = sharedHandler(left, right, EVENT.le);
  return handler === undefined
    ? isLessOrEqual(left, right)
    : asCondition(first(handler(left, right)));
}

/** The function that compares two tables with one metatable, if it is at hand. */
function sharedHandler(left: LuaValue, right: LuaValue, event: number): LuaFunction | undefined {
  if (!(left instanceof LuaTable) || !(right instanceof LuaTable)) return undefined;
  if (left.metatable !== right.metatable || left === right) return undefined;
  const handler = knownHandler(left, event);
  if (handler !== undefined && alarm[ALARM.raised] !== 0) checkpoint();
  return handler;
}
