/**
 * The tables that the module makes for rows and for arrays of PostgreSQL. JSON has both as lists, also when they are
 * empty; and arrays are arrays again when they are sent back.
 */
import type { LuaState } from "../../core/state.ts";
import { LuaTable } from "../../core/table.ts";
import { createArrayMetatable } from "../../json/index.ts";

interface Metatables {
  readonly rows: LuaTable;
  readonly array: LuaTable;
}

const metatablesByState = new WeakMap<LuaState, Metatables>();

function metatablesOf(state: LuaState): Metatables {
  let metatables = metatablesByState.get(state);
  if (metatables === undefined) {
    metatables = { rows: createArrayMetatable(), array: createArrayMetatable() };
    metatablesByState.set(state, metatables);
  }
  return metatables;
}

export function newRows(state: LuaState): LuaTable {
  const table = new LuaTable();
  table.metatable = metatablesOf(state).rows;
  return table;
}

export function newArray(state: LuaState): LuaTable {
  const table = new LuaTable();
  table.metatable = metatablesOf(state).array;
  return table;
}

/** Whether a table came as an array of PostgreSQL. */
export function isArrayTable(state: LuaState, table: LuaTable): boolean {
  return table.metatable !== undefined && table.metatable === metatablesOf(state).array;
}
