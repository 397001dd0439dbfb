/**
 * The table library (manual 5.5). All of it is raw, as in LuaJIT: metamethods are neither asked for elements nor for the length.
 */
import { endAtBorder } from "../core/border.ts";
import { ALARM, alarm, checkpoint } from "../core/budget.ts";
import { NONE } from "../core/call.ts";
import { current } from "../core/current.ts";
import { elementAt } from "../core/elementAt.ts";
import { NO_FIELDS } from "../core/fields.ts";
import { joined, MANY_PIECES } from "../core/joinedText.ts";
import { typeOf } from "../core/metatable.ts";
import { numberToString } from "../core/number.ts";
import type { LuaState } from "../core/state.ts";
import { LuaTable } from "../core/table.ts";
import type { LuaFunction, LuaValue } from "../core/value.ts";
import {
  argumentError,
  callerError,
  checkFunction,
  checkInteger,
  checkTable,
  optionalInteger,
  optionalString,
  typeError,
} from "./arguments.ts";
import { defineBuiltin, defineLibrary, libraryTable } from "./library.ts";
import { ElementVisit, EntryVisit } from "./table/foreach.ts";
import { joinShortPieces, MANY_SHORT_PIECES } from "./table/shortPieces.ts";
import { sortTable } from "./table/sort.ts";

/** The table `table` of a state. Opened after the basic functions. */
export function openTable(state: LuaState): LuaTable {
  if (!state.isLua52Compatible) return libraryTable(tableLibrary);
  return libraryTable(tableLibrary, { pack: packTable, unpack: state.globals.getString("unpack") });
}

export const tableLibrary = defineLibrary("table", {
  /**
   * The elements `from` to `to` as one string.
   *
   * @manual 5.5
   * @throws LuaError "invalid value (nil) at index 1 in table for 'concat'"
   */
  concat: (list, separator, from, to) => {
    // PUC Lua 5.1 looks at the separator first.
    if (current.state.isPuc51) optionalString(separator, 2, "");
    const table = checkTable(list, 1);
    const between = optionalString(separator, 2, "");
    const start = optionalInteger(from, 3, 1);
    const end = optionalInteger(to, 4, table.length());
    if (start > end) return "";
    if (end - start < MANY_SHORT_PIECES || start < 1) return join(table, between, start, end);
    const { text, next } = joinShortPieces(table.array, between, start, end);
    return joined(next > end ? text : text + join(table, between, next, end));
  },

  /** Calls a function with each key and value until it returns something. @manual 7.2 */
  foreach: (list, visit) => {
    const table = tableArgument(list, 1);
    return new EntryVisit(table, functionArgument(visit, 2)).go();
  },

  /** Calls a function with each index and element until it returns something. @manual 7.2 */
  foreachi: (list, visit) => {
    const table = tableArgument(list, 1);
    return new ElementVisit(table, functionArgument(visit, 2)).go();
  },

  /** The length of a table. @manual 7.2 */
  getn: (list) => tableArgument(list, 1).length(),

  /**
   * Adds an element, at the end or before a position.
   *
   * @signature (list, [position,] value)
   * @manual 5.5
   * @throws LuaError "wrong number of arguments to 'insert'"
   */
  insert: (...values) => {
    const table = checkTable(values[0], 1);
    if (values.length === 2) {
      if (values[1] !== undefined) table.push(values[1]);
    } else if (values.length === 3) {
      insertAt(table, checkInteger(values[1], 2), values[2]);
    } else {
      callerError("wrong number of arguments to 'insert'");
    }
    return NONE;
  },

  /** The largest positive number used as a key. @manual 5.5 */
  maxn: (list) => {
    const { array, hash } = checkTable(list, 1);
    let largest = array.length;
    if (hash === undefined) return largest;
    for (let slot = 0; slot < hash.slotCount; slot++) {
      const key = hash.keyAt(slot);
      if (typeof key === "number" && key > largest && hash.valueAt(slot) !== undefined) {
        largest = key;
      }
    }
    return largest;
  },

  /**
   * Copies the elements `from` to `to`, to where `at` says, in the same table or another one.
   * Returns that table. Of Lua 5.3, where manual 6.6 describes it.
   */
  move: (source, from, to, at, target) => {
    const sourceTable = tableArgument(source, 1);
    const start = integerArgument(from, 2);
    const end = integerArgument(to, 3);
    const targetStart = integerArgument(at, 4);
    const targetTable = target === undefined ? sourceTable : tableArgument(target, 5);
    const distance = targetStart - start;
    const isUpwardsSafe = targetStart > end || targetStart <= start || sourceTable !== targetTable;
    if (isUpwardsSafe) {
      for (let luaIndex = start; luaIndex <= end; luaIndex++) {
        if (alarm[ALARM.raised] !== 0) checkpoint();
        targetTable.setNumber(luaIndex + distance, sourceTable.getNumber(luaIndex));
      }
    } else {
      for (let luaIndex = end; luaIndex >= start; luaIndex--) {
        if (alarm[ALARM.raised] !== 0) checkpoint();
        targetTable.setNumber(luaIndex + distance, sourceTable.getNumber(luaIndex));
      }
    }
    return targetTable;
  },

  /** Removes and returns an element, the last one when no position is given. @manual 5.5 */
  remove: (list, position) => {
    const table = tableArgument(list, 1);
    const length = table.length();
    const luaIndex = position === undefined ? length : integerArgument(position, 2);
    return luaIndex < 1 || luaIndex > length ? NONE : removeAt(table, luaIndex, length);
  },

  /**
   * Sorts the elements in place.
   *
   * @manual 5.5
   * @throws LuaError "invalid order function for sorting"
   */
  sort: (list, isBefore) => {
    const table = checkTable(list, 1);
    sortTable(table, isBefore === undefined ? undefined : checkFunction(isBefore, 2));
    return NONE;
  },
});

/**
 * `table.pack` of Lua 5.2: the arguments as a table with their number in `n`.
 *
 * @available openresty
 */
const packTable = defineBuiltin("table.pack", (...values) => {
  const table = new LuaTable(NO_FIELDS, [...values]);
  endAtBorder(table, values.length + 1);
  table.setString("n", values.length);
  return table;
});

function join(table: LuaTable, between: string, start: number, end: number): string {
  let text = elementText(table, start);
  for (let luaIndex = start + 1; luaIndex <= end; luaIndex++) {
    if (alarm[ALARM.raised] !== 0) checkpoint();
    text += between + elementText(table, luaIndex);
  }
  return end - start >= MANY_PIECES ? joined(text) : text;
}

function elementText(table: LuaTable, luaIndex: number): string {
  const value = table.getNumber(luaIndex);
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberToString(value);
  const place = `at index ${String(luaIndex)} in table for 'concat'`;
  return callerError(`invalid value (${typeOf(value)}) ${place}`);
}

function insertAt(table: LuaTable, position: number, value: LuaValue): void {
  const { array } = table;
  const length = table.length();
  if (value !== undefined && position >= 1 && position <= length && length === array.length) {
    array.splice(position - 1, 0, value);
    // Storing the last element anew moves what now follows it from the hash to the array.
    if (table.hash !== undefined) table.setNumber(length + 1, array.pop());
    return;
  }
  for (let luaIndex = length + 1; luaIndex > position; luaIndex--) {
    if (alarm[ALARM.raised] !== 0) checkpoint();
    table.setNumber(luaIndex, table.getNumber(luaIndex - 1));
  }
  table.setNumber(position, value);
}

/** @param luaIndex From 1 to the length. */
function removeAt(table: LuaTable, luaIndex: number, length: number): LuaValue {
  const { array } = table;
  if (array.length !== length) return removeSlowly(table, luaIndex, length);
  const value = elementAt(array, luaIndex - 1);
  if (luaIndex === array.length) table.setNumber(luaIndex, undefined);
  else if (luaIndex === 1) array.shift();
  else array.splice(luaIndex - 1, 1);
  return value;
}

/** From a table whose array part does not end at its border. */
function removeSlowly(table: LuaTable, luaIndex: number, length: number): LuaValue {
  const value = table.getNumber(luaIndex);
  for (let index = luaIndex; index < length; index++) {
    table.setNumber(index, table.getNumber(index + 1));
  }
  table.setNumber(length, undefined);
  return value;
}

/*
 * LuaJIT writes some functions in Lua. Their messages call a missing argument nil, not "no value".
 */

function tableArgument(value: LuaValue, argument: number): LuaTable {
  return value instanceof LuaTable ? value : mismatch(value, argument, "table");
}

function functionArgument(value: LuaValue, argument: number): LuaFunction {
  return typeof value === "function" ? value : mismatch(value, argument, "function");
}

function integerArgument(value: LuaValue, argument: number): number {
  return value === undefined ? mismatch(value, argument, "number") : checkInteger(value, argument);
}

function mismatch(value: LuaValue, argument: number, expected: string): never {
  if (current.state.isPuc51) return typeError(value, argument, expected);
  return argumentError(argument, `${expected} expected, got ${typeOf(value)}`);
}
