/**
 * The coroutine library (manual 5.2). Coroutines come with the code that resumes suspended
 * functions; until then whatever needs one is refused by name, and what can be said is said.
 */
import { current } from "../core/current.ts";
import type { LuaState } from "../core/state.ts";
import type { LuaTable } from "../core/table.ts";
import { LuaThread } from "../core/userdata.ts";
import type { LuaFunction } from "../core/value.ts";
import { callerError } from "./arguments.ts";
import { defineLibrary, libraryTable } from "./library.ts";

const mainThreads = new WeakMap<LuaState, LuaThread>();

export const coroutineLibrary = defineLibrary("coroutine", {
  create: unsupported("create"),
  resume: unsupported("resume"),
  status: unsupported("status"),
  wrap: unsupported("wrap"),
  yield: unsupported("yield"),

  /** The running coroutine: none. With Lua 5.2 compatibility, the main one and true. @manual 5.2 */
  running: () => {
    const { state } = current;
    if (!state.isLua52Compatible) return undefined;
    let thread = mainThreads.get(state);
    if (thread === undefined) {
      thread = new LuaThread();
      mainThreads.set(state, thread);
    }
    return [thread, true];
  },

  /** Whether the running function can yield: the main program can't. Of Lua 5.3. */
  isyieldable: () => false,
});

export function openCoroutine(_state: LuaState): LuaTable {
  return libraryTable(coroutineLibrary);
}

function unsupported(name: string): LuaFunction {
  return () => callerError(`coroutine.${name} is not supported yet`);
}
