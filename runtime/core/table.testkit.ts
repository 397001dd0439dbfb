/** Tables for tests. */
import { LuaTable } from "./table.ts";
import { trimElements } from "./trimElements.ts";
import type { LuaValue } from "./value.ts";

/** A table with these elements; `undefined` leaves a hole. */
export function list(...elements: LuaValue[]): LuaTable {
  return new LuaTable(undefined, trimElements(elements));
}

/** A table with these fields. */
export function record(fields: Readonly<Record<string, LuaValue>>): LuaTable {
  const table = new LuaTable();
  for (const [key, value] of Object.entries(fields)) table.setString(key, value);
  return table;
}
