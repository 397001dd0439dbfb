/** What is to be loaded again when files have changed. */

/** What a loaded module was made of. */
export interface ModuleParts {
  /** Where it was looked for, and what was read while it was loaded. */
  readonly files: readonly string[];
  /** Names of modules that its files require by a constant name, also where that has not run yet. */
  readonly mentions: readonly string[];
  /** Names of modules that it has required. */
  readonly requires: ReadonlySet<string>;
}

/**
 * The names of modules that were made of a changed file, or depend on one that was.
 *
 * Goes over all modules once for each step of the longest chain of dependants, of which there are few.
 *
 * @param modules By name.
 * @param names Of some that have changed in any case.
 */
export function affectedModules(
  modules: ReadonlyMap<string, ModuleParts>,
  changedFiles: ReadonlySet<string>,
  names: readonly string[] = [],
): ReadonlySet<string> {
  const affected = new Set(names);
  for (const [name, { files }] of modules) {
    for (const file of files) if (changedFiles.has(file)) affected.add(name);
  }
  for (let before = 0; affected.size > before;) {
    before = affected.size;
    for (const [name, parts] of modules) {
      if (!affected.has(name) && dependsOn(parts, affected)) affected.add(name);
    }
  }
  return affected;
}

function dependsOn({ mentions, requires }: ModuleParts, names: ReadonlySet<string>): boolean {
  for (const name of mentions) if (names.has(name)) return true;
  for (const name of requires) if (names.has(name)) return true;
  return false;
}
