/** Opens the libraries of a new state, as LuaJIT does before a program starts (manual 5). */
import type { LuaState } from "./core/state.ts";
import { LuaTable } from "./core/table.ts";
import type { LibrarySet } from "./librarySet.ts";
import { findBuiltinModule } from "./modules/find.ts";
import { openBase } from "./stdlib/base/index.ts";
import { defineBuiltin } from "./stdlib/library.ts";
import { openPackage } from "./stdlib/package.ts";

/** Runs inside the state (LuaState.enter). */
export function openLibraries(state: LuaState, set: LibrarySet): void {
  state.loaded.setString("_G", openBase(state));
  const packageTable = openPackage(state, (_state, name) =>
    findBuiltinModule(state, name, set.modules),
  );
  const opened = Object.entries(set.globals).map(([name, open]) => [name, open(state)] as const);
  for (const [name, library] of [["package", packageTable] as const, ...opened]) {
    state.globals.setString(name, library);
    state.loaded.setString(name, library);
  }
  const preload = packageTable.getString("preload");
  if (preload instanceof LuaTable) {
    for (const [name, open] of Object.entries(set.preloaded)) {
      preload.setString(
        name,
        defineBuiltin("loader", () => open(state)),
      );
    }
  }
  set.adapt?.(state);
}
