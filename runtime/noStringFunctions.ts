/** What strings are in a program that has none of the functions on them. */
import { setTypeMetatable } from "./core/metatable.ts";
import type { LuaState } from "./core/state.ts";
import { LuaTable } from "./core/table.ts";

/** Indexing a string still gives nil, and is no error, as with the library (manual 5.4). */
export function openNoStringFunctions(state: LuaState): void {
  const metatable = new LuaTable();
  metatable.setString("__index", new LuaTable());
  setTypeMetatable("string", metatable, state);
}
