/** What programs find in a state before they begin, as far as the compiler knows it. */
import type { ParseOptions } from "../1-parse/index.ts";
import {
  absentIn51,
  builtinModules,
  moduleFunctions,
  notOfferedFunctions,
  notOfferedModules,
  standardFunctions,
  type LibraryFunction,
} from "../generated/libraries.ts";

/** Those of a dialect. */
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

const plain = librariesOf({});
const openresty = librariesOf({ isLua52Compatible: true });
const puc51 = librariesOf({ isPuc51: true });

export function librariesFor({ isLua52Compatible, isPuc51 }: ParseOptions): Libraries {
  if (isPuc51 === true) return puc51;
  return isLua52Compatible === true ? openresty : plain;
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

/** What to use in place of a module that programs look for in vain; `undefined` for any other name. */
export function adviceOnModule(name: string): string | undefined {
  const found = notOfferedModules.find(
    ([each]) => name === each || (/[._]$/.test(each) && name.startsWith(each)),
  );
  return found?.[1];
}

/** Likewise for a function of `ngx`. @param name "socket.tcp" */
export function adviceOnFunction(name: string): string | undefined {
  return notOfferedFunctions.find(([each]) => each === name)?.[1];
}

function librariesOf({ isLua52Compatible = false, isPuc51 = false }: ParseOptions): Libraries {
  const absent = new Set(isPuc51 ? absentIn51 : []);
  const isAbsent = (name: string): boolean =>
    absent.has(name) ||
    absent.has(name.replace(/\..*/, "")) ||
    // Functions that are modules in themselves.
    (!isLua52Compatible && standard.get(name)?.isOpenrestyOnly === true);
  const globalFunctions = new Map(
    [...standard].filter(
      ([name, each]) =>
        (isLua52Compatible || each.isOpenrestyOnly !== true) &&
        (isPuc51 || each.isPuc51Only !== true) &&
        !isAbsent(name),
    ),
  );
  if (isLua52Compatible) {
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
    modules: new Set([...builtinModules, ...libraries, "_G"].filter((name) => !isAbsent(name))),
  };
}

function toMap(functions: typeof standardFunctions): Map<string, LibraryFunction> {
  return new Map(
    Object.entries(functions).flatMap(([name, each]) =>
      each === undefined ? [] : [[name, each] as const],
    ),
  );
}
