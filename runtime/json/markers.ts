/**
 * Lua values that stand for what a table can't say: null, the empty array, "this table is an
 * array". The two userdata are shared by all states of the process, so they can't be changed.
 */
import { NULL } from "../core/null.ts";
import { LuaTable } from "../core/table.ts";
import { lightUserdata, type LuaUserdata } from "../core/userdata.ts";

/** JSON's null: `cjson.null`. Prints as "userdata: NULL". */
export const JSON_NULL: LuaUserdata = NULL;

/** `cjson.empty_array`: encodes as `[]`. */
export const EMPTY_ARRAY: LuaUserdata = lightUserdata("JSON empty array");

const arrayMetatables = new WeakSet<LuaTable>();
const emptyArrayMetatables = new WeakSet<LuaTable>();

/** Makes a metatable whose tables encode as arrays, holes as null: `cjson.array_mt`. */
export function createArrayMetatable(): LuaTable {
  const metatable = new LuaTable();
  arrayMetatables.add(metatable);
  return metatable;
}

/** Makes a metatable whose tables, when empty, encode as `[]`: `cjson.empty_array_mt`. */
export function createEmptyArrayMetatable(): LuaTable {
  const metatable = new LuaTable();
  emptyArrayMetatables.add(metatable);
  return metatable;
}

export function isArrayMetatable(metatable: LuaTable): boolean {
  return arrayMetatables.has(metatable);
}

export function isEmptyArrayMetatable(metatable: LuaTable): boolean {
  return emptyArrayMetatables.has(metatable);
}
