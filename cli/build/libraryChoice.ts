/** Which libraries, and which modules that come with spacer, a program uses: the others are not in its bundle. */
import type { FileUse } from "../../compiler/index.ts";
import { allLibraries, type DialectName } from "../../runtime/index.ts";

export interface LibraryChoice {
  /** Names of libraries that are global, in the order in which a state has them. */
  readonly globals: readonly string[];
  /** Whether strings have the functions of the library; without, it is not global, either. */
  readonly hasStringFunctions: boolean;
  /** What is in `package.preload`, by name. */
  readonly preloaded: readonly string[];
  /** Modules that are written in TypeScript. */
  readonly modules: readonly string[];
  /** Whether it makes functions of texts. */
  readonly hasCompiler: boolean;
}

/** What makes functions of texts. */
export const LOADERS: ReadonlySet<string> = new Set(["load", "loadstring", "loadfile", "dofile"]);

/**
 * @param uses Of all files that are in the bundle.
 * @param required Names of the modules that are no files: those of spacer, and libraries.
 */
export function chooseLibraries(
  uses: readonly FileUse[],
  required: ReadonlySet<string>,
  dialect: DialectName,
): LibraryChoice {
  const { globals, preloaded, modules } = allLibraries(dialect);
  const named = new Set(uses.flatMap((use) => use.globals.map(({ name }) => name)));
  const namedLibraries = new Set([...named].map((name) => name.split(".")[0] ?? ""));
  const reachesAny = uses.some(({ anyGlobalAt }) => anyGlobalAt !== undefined);
  const isUsed = (name: string): boolean =>
    reachesAny || namedLibraries.has(name) || required.has(name);
  const hasStringFunctions =
    isUsed("string") || uses.some(({ usesStringMethods }) => usesStringMethods);
  return {
    globals: Object.keys(globals).filter((name) =>
      name === "string" ? hasStringFunctions : isUsed(name),
    ),
    hasStringFunctions,
    preloaded: Object.keys(preloaded).filter((name) => required.has(name)),
    // A library that is global is what `require` gives, too.
    modules: [...modules.keys()].filter((name) => required.has(name) && !(name in globals)).sort(),
    hasCompiler:
      [...LOADERS].some((name) => named.has(name)) || (reachesAny && uses.some(mentionsLoader)),
  };
}

function mentionsLoader({ mentioned }: FileUse): boolean {
  return mentioned.some((name) => LOADERS.has(name));
}
