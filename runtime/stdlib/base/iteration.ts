/**
 * `pairs`, `ipairs` and the functions they hand out. A generic `for` that meets `next` or
 * `ipairsStep` walks the table itself (runtime/helpers/loops.ts), so both must stay what they are
 * here: raw and without effects.
 */
import { leaveCall, NONE } from "../../core/call.ts";
import { nextEntry } from "../../core/iterate.ts";
import { metamethod, type EventName } from "../../core/metatable.ts";
import { current } from "../../core/current.ts";
import type { LuaValue, Results } from "../../core/value.ts";
import { checkNumber, checkTable } from "../arguments.ts";
import { defineBuiltin } from "../library.ts";
import { checkPassed } from "./passed.ts";

/**
 * The entry after a key.
 *
 * @signature (table [, key])
 * @manual 5.1
 * @throws LuaError "invalid key to 'next'"
 */
export const next = defineBuiltin("next", (table, key) => nextEntry(checkTable(table, 1), key));

/** The element after an index: what `ipairs` hands out. Gives nothing at the end. */
export const ipairsStep = defineBuiltin("ipairs_aux", (list, control) => {
  const table = checkTable(list, 1);
  const luaIndex = Math.trunc(checkNumber(control, 2)) + 1;
  const value = table.getNumber(luaIndex);
  return value === undefined ? NONE : [luaIndex, value];
});

/**
 * An iterator over all entries; `__pairs` decides with Lua 5.2 compatibility.
 *
 * @signature (table)
 * @manual 5.1
 */
export const pairs = defineBuiltin("pairs", (...values) => {
  const object = iteratedObject(values);
  return iterateBy("__pairs", object) ?? [next, checkTable(object, 1), undefined];
});

/** An iterator over the elements 1, 2, ... up to the first nil. @signature (list) @manual 5.1 */
export const ipairs = defineBuiltin("ipairs", (...values) => {
  const object = iteratedObject(values);
  return iterateBy("__ipairs", object) ?? [ipairsStep, checkTable(object, 1), 0];
});

/** The argument of `pairs` or `ipairs`: with no metamethods for them, a table. */
function iteratedObject(values: readonly LuaValue[]): LuaValue {
  return current.state.isPuc51 ? checkTable(values[0], 1) : checkPassed(values, 1);
}

/**
 * What a metamethod gives for a loop; `undefined` when there is no such method. As in LuaJIT, it
 * takes the place of `pairs` on the stack, and all that it returns is a result.
 */
function iterateBy(event: EventName, object: LuaValue): Results {
  if (!current.state.isLua52Compatible) return undefined;
  const handler = metamethod(object, event);
  return handler === undefined ? undefined : leaveCall(handler, [object]);
}
