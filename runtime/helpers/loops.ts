/** What `for` loops need before their first turn (manual 2.4.5). */
import { fault } from "../core/error.ts";
import { ArrayIterator, TableIterator } from "../core/iterate.ts";
import { toNumber } from "../core/number.ts";
import { LuaTable } from "../core/table.ts";
import type { LuaValue } from "../core/value.ts";
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
  return toNumber(value) ?? fault.message(`'for' ${what} must be a number`);
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
