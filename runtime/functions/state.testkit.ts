/** A state for unit tests without a compiler: its modules are handed in as values. */
import { LuaState } from "../core/state.ts";
import { list } from "../core/table.testkit.ts";
import type { LuaTable } from "../core/table.ts";
import type { LuaFunction, LuaValue } from "../core/value.ts";
import type { Host } from "../host.ts";
import { openPackage } from "../stdlib/package.ts";

/** A state in which `require` finds these modules, and no files. */
export function createTestState(modules: Readonly<Record<string, LuaValue>>): LuaState {
  const host = {
    files: { exists: (path: string) => nameOf(path) in modules },
    process: { environmentVariable: () => undefined },
  } as unknown as Host;
  const state = new LuaState({ host, dialect: "openresty", helpers: {} });
  state.enter(() => {
    const packageTable = openPackage(state, () => undefined);
    packageTable.setString("path", "app/?.none");
    state.loaded.setString("package", packageTable);
  });
  for (const [name, value] of Object.entries(modules)) state.loaded.setString(name, value);
  return state;
}

/** Replaces `package.loaders` by one. */
export function setLoaders(state: LuaState, loader: LuaFunction): void {
  const packageTable = state.loaded.getString("package") as LuaTable;
  packageTable.setString("loaders", list(loader));
}

function nameOf(path: string): string {
  return /^app\/(.*)\.lua$/.exec(path)?.[1] ?? "";
}
