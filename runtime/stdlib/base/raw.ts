/** Access to tables past their metamethods, and to metatables (manual 5.1). */
import { rawSet } from "../../core/access.ts";
import { metatableOf } from "../../core/metatable.ts";
import { ownMetatable, setMetatable } from "../../core/metatableRole.ts";
import { LuaTable } from "../../core/table.ts";
import { argumentError, callerError, checkTable } from "../arguments.ts";
import { defineBuiltin } from "../library.ts";
import { checkPassed } from "./passed.ts";

/** Whether two values are the same, whatever `__eq` says. @signature (left, right) @manual 5.1 */
export const rawequal = defineBuiltin(
  "rawequal",
  (...values) => checkPassed(values, 1) === checkPassed(values, 2),
);

/** `table[key]` without `__index`. @signature (table, key) @manual 5.1 */
export const rawget = defineBuiltin("rawget", (...values) =>
  checkTable(values[0], 1).get(checkPassed(values, 2)),
);

/**
 * `table[key] = value` without `__newindex`. Returns the table.
 *
 * @signature (table, key, value)
 * @manual 5.1
 * @throws LuaError "table index is nil", "table index is NaN"
 */
export const rawset = defineBuiltin("rawset", (...values) => {
  const table = checkTable(values[0], 1);
  rawSet(table, checkPassed(values, 2), checkPassed(values, 3));
  return table;
});

/** `#value` without `__len`, of Lua 5.2. @available openresty */
export const rawlen = defineBuiltin("rawlen", (value) => {
  if (value instanceof LuaTable) return value.length();
  return typeof value === "string" ? value.length : argumentError(1, "table or string expected");
});

/**
 * The metatable of a value, or what its `__metatable` says instead.
 *
 * @signature (value)
 * @manual 5.1
 */
export const getmetatable = defineBuiltin("getmetatable", (...values) => {
  const value = checkPassed(values, 1);
  const metatable = value instanceof LuaTable ? ownMetatable(value) : metatableOf(value);
  return metatable?.getString("__metatable") ?? metatable;
});

/**
 * Gives a table another metatable, or none. Returns the table.
 *
 * @signature (table, metatable)
 * @manual 5.1
 * @throws LuaError "cannot change a protected metatable"
 */
// Emitted code that calls this mostly does it by itself (`adopt`, compiler/3-generate/expressions/metatableSetting.ts).
export const setmetatable = defineBuiltin("setmetatable", (...values) => {
  const table = checkTable(values[0], 1);
  const metatable = values[1];
  if (!(metatable instanceof LuaTable) && (metatable !== undefined || values.length < 2)) {
    return argumentError(2, "nil or table expected");
  }
  if (table.metatable?.getString("__metatable") !== undefined) {
    return callerError("cannot change a protected metatable");
  }
  setMetatable(table, metatable);
  return table;
});
