/**
 * The global table of a coroutine (manual 2.9, `LUA_GLOBALSINDEX`): the environment of the chunks that it loads. A new one
 * has that of its maker.
 */
import { current } from "./current.ts";
import type { LuaTable } from "./table.ts";
import type { LuaThread } from "./userdata.ts";

const tables = new WeakMap<LuaThread, LuaTable>();

/** @param thread `undefined` means the main program. */
export function threadGlobals(thread = current.thread): LuaTable {
  const { state } = current;
  if (thread === undefined) return state.mainGlobals ?? state.globals;
  return tables.get(thread) ?? state.globals;
}

export function setThreadGlobals(thread: LuaThread | undefined, table: LuaTable): void {
  const { state } = current;
  state.hasThreadGlobals = true;
  state.hasOtherEnvironments = true;
  if (thread === undefined) state.mainGlobals = table;
  else tables.set(thread, table);
}

/** Gives a new coroutine the table of the code that makes it. */
export function inheritGlobals(thread: LuaThread): LuaThread {
  tables.set(thread, threadGlobals());
  return thread;
}
