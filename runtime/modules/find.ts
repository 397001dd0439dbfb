/** How `require` comes to the modules that come with spacer. */
import type { LuaState } from "../core/state.ts";
import type { LuaFunction } from "../core/value.ts";
import type { ModuleOpener } from "../librarySet.ts";
import { defineBuiltin } from "../stdlib/library.ts";
import { adviceOnModule } from "./notOffered.ts";

/**
 * The loader of a module that comes with spacer; for one that programs look for in vain what to use in its
 * place, as a loader says it; `undefined` for any other name.
 */
export function findBuiltinModule(
  state: LuaState,
  name: string,
  openers: ReadonlyMap<string, ModuleOpener>,
): LuaFunction | string | undefined {
  const open = openers.get(name);
  if (open !== undefined) return defineBuiltin("module", () => open(state));
  const source = state.host.builtinModuleSource(name);
  if (source !== undefined) return state.load(source, `=[builtin ${name}]`);
  const advice = adviceOnModule(name);
  return advice === undefined ? undefined : `\n\t${advice}`;
}
