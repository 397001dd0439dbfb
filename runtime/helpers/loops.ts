/** What `for` loops need before their first turn (manual 2.4.5). */
import { withinBoundary } from "../core/boundary.ts";
import { call } from "../core/call.ts";
import { fault } from "../core/error.ts";
import { ArrayIterator, TableIterator } from "../core/iterate.ts";
import { toNumber } from "../core/number.ts";
import { LuaTable } from "../core/table.ts";
import type { LuaValue, Results } from "../core/value.ts";
import { ipairsStep, next } from "../stdlib/base/iteration.ts";

/**
 * A bound of a numeric `for`.
 *
 * @helper
 * @effects none
 * @manual 2.4.5
 * @throws LuaError "'for' initial value must be a number"
 */
export function forNumber(value: LuaValue, what: string): number {
  if (typeof value === "number") {
    // Whole numbers that were computed are floats to V8, which would count in floats then.
    const whole = value | 0;
    return whole === value && whole !== 0 ? whole : value;
  }
  return toNumber(value) ?? fault.message(`'for' ${what} must be a number`);
}

/**
 * Calls the iterator function of a generic `for` in PUC Lua 5.1, which can't be left by a yield.
 *
 * @helper
 * @effects calls
 * @manual 2.4.5
 * @throws LuaError "attempt to call a nil value"
 */
export function callIterator(step: LuaValue, state: LuaValue, control: LuaValue): Results {
  return withinBoundary(call, step, state, control);
}

/**
 * A fast walk for a generic `for` over `next` or the step function of `ipairs`; `undefined` for any
 * other iterator, which is then called as the manual says.
 *
 * @helper
 * @effects allocates
 * @manual 2.4.5
 */
export function iterator(
  step: LuaValue,
  table: LuaValue,
  control: LuaValue,
): TableIterator | ArrayIterator | undefined {
  if (!(table instanceof LuaTable)) return undefined;
  if (step === next && control === undefined) return new TableIterator(table);
  if (step === ipairsStep && control === 0) return new ArrayIterator(table);
  return undefined;
}
