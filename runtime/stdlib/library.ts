/**
 * How builtin functions are declared. A library is a plain object of functions that follow the
 * calling convention (docs/architecture.md, "Calls"): fixed parameters are `undefined` when missing,
 * one result is returned bare, none or several as an array. State is reached through
 * `current.state`, so one set of functions serves all states.
 *
 *     export const mathLibrary = defineLibrary("math", {
 *       /** The largest integer not above `x`. `@manual` 5.6 *\/
 *       floor: (x) => Math.floor(checkNumber(x, 1)),
 *     });
 */
import { declareFieldNames } from "../core/fields.ts";
import { BUILTIN_PREFIX } from "../core/stack.ts";
import { LuaTable } from "../core/table.ts";
import type { LuaFunction, LuaValue } from "../core/value.ts";

export interface Library {
  readonly functions: Readonly<Record<string, LuaFunction>>;
}

/**
 * Declares a library and makes its functions visible as builtins in tracebacks.
 *
 * @param name The global table it is installed in; "" for the basic functions.
 */
export function defineLibrary(name: string, functions: Record<string, LuaFunction>): Library {
  for (const [key, builtin] of Object.entries(functions)) {
    defineBuiltin(name === "" ? key : `${name}.${key}`, builtin);
  }
  return { functions };
}

/** Makes a function visible as a builtin: counted in error levels, shown as `[C]` in tracebacks. */
export function defineBuiltin<Builtin extends LuaFunction>(
  name: string,
  builtin: Builtin,
): Builtin {
  Object.defineProperty(builtin, "name", { value: BUILTIN_PREFIX + name });
  return builtin;
}

/** A table with the functions of a library, as fields: programs name them as constants. */
export function libraryTable(library: Library, values: Record<string, LuaValue> = {}): LuaTable {
  declareFieldNames([...Object.keys(library.functions), ...Object.keys(values)]);
  const table = new LuaTable();
  for (const [key, builtin] of Object.entries(library.functions)) table.setString(key, builtin);
  for (const [key, value] of Object.entries(values)) table.setString(key, value);
  return table;
}
