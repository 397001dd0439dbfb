/**
 * Functions on tables that are modules of their own, each loaded by its name: `table.new` and
 * `table.clear` of LuaJIT, and those that OpenResty's LuaJIT adds. LuaJIT's become fields of the table
 * `table` when they are loaded.
 */
import { NONE } from "../../core/call.ts";
import { NO_FIELDS } from "../../core/fields.ts";
import { TableIterator } from "../../core/iterate.ts";
import { roomFor } from "../../core/room.ts";
import { LuaTable, NO_ELEMENTS } from "../../core/table.ts";
import type { LuaFunction } from "../../core/value.ts";
import { checkInteger, checkTable } from "../arguments.ts";
import { defineBuiltin } from "../library.ts";

/**
 * `require "table.new"`: an empty table with room for a few elements. Other sizes are checked, but our tables grow
 * without them just as well.
 *
 * @available after require "table.new"
 */
export const newTable: LuaFunction = defineBuiltin("table.new", (arraySize, hashSize) => {
  const elementCount = checkInteger(arraySize, 1);
  checkInteger(hashSize, 2);
  return new LuaTable(NO_FIELDS, roomFor(elementCount + 1, NO_ELEMENTS));
});

/**
 * `require "table.clear"`: removes all entries; the metatable stays.
 *
 * @available after require "table.clear"
 */
export const clearTable: LuaFunction = defineBuiltin("table.clear", (list) => {
  const table = checkTable(list, 1);
  table.replaceArray(NO_ELEMENTS);
  for (const name of Object.keys(table.fields)) table.setString(name, undefined);
  if (table.heritage === undefined) table.fields = NO_FIELDS;
  // One by one: global variables live in cells behind the hash, and a walk may be under way.
  const { hash } = table;
  if (hash === undefined) return NONE;
  hash.delete(0);
  for (let slot = 0; slot < hash.slotCount; slot++) hash.delete(hash.keyAt(slot));
  return NONE;
});

/**
 * `require "table.clone"` of OpenResty: a table with the same entries, and no metatable.
 *
 * @available openresty, after require "table.clone"
 */
export const cloneTable: LuaFunction = defineBuiltin("table.clone", (list) => {
  const source = checkTable(list, 1);
  const clone = new LuaTable(undefined, source.array.length === 0 ? undefined : [...source.array]);
  const walk = new TableIterator(source);
  while (walk.advance()) {
    const { key, value } = walk;
    if (!isElementKey(key, source.array.length)) clone.set(key, value);
  }
  return clone;
});

/**
 * `require "table.isarray"` of OpenResty: whether all keys are positive integers.
 *
 * @available openresty, after require "table.isarray"
 */
export const isArray: LuaFunction = defineBuiltin("table.isarray", (list) => {
  const walk = new TableIterator(checkTable(list, 1));
  while (walk.advance()) {
    const { key } = walk;
    if (typeof key !== "number" || key < 1 || !Number.isInteger(key)) return false;
  }
  return true;
});

/**
 * `require "table.isempty"` of OpenResty: whether there is no entry.
 *
 * @available openresty, after require "table.isempty"
 */
export const isEmpty: LuaFunction = defineBuiltin(
  "table.isempty",
  (list) => !new TableIterator(checkTable(list, 1)).advance(),
);

/**
 * `require "table.nkeys"` of OpenResty: the number of entries.
 *
 * @available openresty, after require "table.nkeys"
 */
export const countKeys: LuaFunction = defineBuiltin("table.nkeys", (list) => {
  const walk = new TableIterator(checkTable(list, 1));
  let count = 0;
  while (walk.advance()) count++;
  return count;
});

function isElementKey(key: unknown, length: number): boolean {
  return typeof key === "number" && key >= 1 && key <= length && Number.isInteger(key);
}
