/** What programs find in a state before they begin, as far as the compiler knows it. */
import {
  builtinModules,
  moduleFunctions,
  standardFunctions,
  type LibraryFunction,
} from "../generated/libraries.ts";

/** Of the dialect openresty, which has more, or of plain LuaJIT. */
export interface Libraries {
  readonly globals: ReadonlySet<string>;
  /** By full name, as a program that only has the globals names them. */
  readonly globalFunctions: ReadonlyMap<string, LibraryFunction>;
  /** What `require` finds without any file of the program. */
  readonly modules: ReadonlySet<string>;
}

/** Globals that are no functions, and those that no library declares. */
const OTHER_GLOBALS = ["_G", "_VERSION", "arg", "require"];

/** Objects, not libraries, have these functions. */
const OBJECTS = ["file"];

const standard = toMap(standardFunctions);
const modules = toMap(moduleFunctions);

const plain = librariesOf(false);
const openresty = librariesOf(true);

export function librariesFor(isOpenresty: boolean): Libraries {
  return isOpenresty ? openresty : plain;
}

/** Functions of what `require` gives: "cjson.encode". */
export const functionsOfModules: ReadonlyMap<string, LibraryFunction> = new Map([
  ...standard,
  ...modules,
]);

/** How the functions of a module are called: those of `cjson.safe` are those of `cjson`. */
export function libraryOfModule(name: string): string | undefined {
  if (name === "cjson.safe") return "cjson";
  return openresty.modules.has(name) ? name : undefined;
}

function librariesOf(isOpenresty: boolean): Libraries {
  const globalFunctions = new Map(
    [...standard].filter(([, each]) => isOpenresty || each.isOpenrestyOnly !== true),
  );
  if (isOpenresty) {
    for (const [name, each] of modules)
      if (name.startsWith("ngx.")) globalFunctions.set(name, each);
  }
  const names = [...globalFunctions.keys()];
  const globals = names
    .map((name) => name.replace(/\..*/, ""))
    .filter((name) => !OBJECTS.includes(name));
  const libraries = names
    .filter((name) => name.includes("."))
    .map((name) => name.replace(/\..*/, ""));
  return {
    globals: new Set([...globals, ...OTHER_GLOBALS]),
    globalFunctions,
    modules: new Set([...builtinModules, ...libraries, "_G"]),
  };
}

function toMap(functions: typeof standardFunctions): Map<string, LibraryFunction> {
  return new Map(
    Object.entries(functions).flatMap(([name, each]) =>
      each === undefined ? [] : [[name, each] as const],
    ),
  );
}
