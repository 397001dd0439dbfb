/**
 * Which libraries a state has: all of them (allLibraries.ts), or in a bundle those that its program can reach. Every state has the
 * basic functions and `package`.
 */
import type { LuaState } from "./core/state.ts";
import type { LuaTable } from "./core/table.ts";
import type { LuaValue } from "./core/value.ts";

/** Makes what `require` returns. Called once per state, inside it. */
export type ModuleOpener = (state: LuaState) => LuaValue;

export interface LibrarySet {
  /** Tables that are global, by their names, in the order in which a program sees them. */
  readonly globals: Readonly<Record<string, (state: LuaState) => LuaTable>>;
  /** What is in `package.preload`, by name. */
  readonly preloaded: Readonly<Record<string, ModuleOpener>>;
  /** What `require` finds after a program's own folders. Modules written in Lua are known to the host. */
  readonly modules: ReadonlyMap<string, ModuleOpener>;
  /** Called in the end. */
  readonly adapt?: ((state: LuaState) => void) | undefined;
}

/**
 * What the opener of a library or module is called where it is exported (libraryOpeners.ts, modules/openers.ts):
 * "resty.jit-uuid" -> "restyJitUuid"
 */
export function openerName(library: string): string {
  return library.replaceAll(/[.-](\w)/g, (_all, letter: string) => letter.toUpperCase());
}
