/** Comparison of operands that emitted code could not compare itself. */
import type { Suspension } from "../core/call.ts";
import { isEqual, isLess, isLessOrEqual } from "../core/compare.ts";
import type { LuaValue } from "../core/value.ts";

/**
 * `left == right`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.2
 */
export function eq(left: LuaValue, right: LuaValue): boolean | Suspension {
  return isEqual(left, right);
}

/**
 * `left < right`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.2
 * @throws LuaError "attempt to compare two nil values", "attempt to compare number with nil"
 */
export function lt(left: LuaValue, right: LuaValue): boolean | Suspension {
  return isLess(left, right);
}

/**
 * `left <= right`
 *
 * @helper
 * @effects metamethods
 * @manual 2.5.2
 * @throws LuaError "attempt to compare two nil values", "attempt to compare number with nil"
 */
export function le(left: LuaValue, right: LuaValue): boolean | Suspension {
  return isLessOrEqual(left, right);
}
