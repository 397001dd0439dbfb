/** What is to be loaded again when files have changed. */
import type { LoadedModule } from "../../runtime/index.ts";

export interface AffectedOptions {
  /** Those that are loaded, by name. */
  readonly modules: ReadonlyMap<string, LoadedModule>;
  /** Of some that have changed in any case. */
  readonly names: readonly string[];
  /** @param file As Lua spelled it. */
  readonly hasChanged: (file: string) => boolean;
  /** Names of the modules that a file requires anywhere, also where that has not run yet. */
  readonly requiredBy: (file: string) => readonly string[];
}

/** The names of modules that were made of a changed file, or depend on one that was. */
export function affectedModules(options: AffectedOptions): ReadonlySet<string> {
  const { modules, names, hasChanged, requiredBy } = options;
  const dependants = new Map<string, string[]>();
  const affected = new Set(names);
  for (const [name, module] of modules) {
    const required = new Set(module.requires);
    for (const file of module.files) {
      if (hasChanged(file)) affected.add(name);
      for (const each of requiredBy(file)) required.add(each);
    }
    for (const each of required) {
      const known = dependants.get(each);
      if (known === undefined) dependants.set(each, [name]);
      else known.push(name);
    }
  }
  // A set gives what is added while it is walked, too.
  for (const name of affected) for (const each of dependants.get(name) ?? []) affected.add(each);
  return affected;
}
