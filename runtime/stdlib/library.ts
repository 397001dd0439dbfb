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
 *
 * A function may be `async`: the Lua code that calls it waits until it has returned, while other code
 * runs, and gets its results.
 *
 *     fetch: async (url) => {
 *       const response = await fetch(checkString(url, 1));
 *       if (!response.ok) throw new Error(response.statusText);
 *       return [response.status, toBytes(await response.text())];
 *     },
 *
 * - It is told apart by being declared `async`. A plain function that has a promise returns
 *   `waitFor(promise)`, and one that is called back `waitUntil(...)` (core/suspend.ts).
 * - What it throws is raised at the call, where `pcall` catches it: the value of a `LuaError`, or the
 *   message of another error behind the position of the call. A `TypeError` and the like are bugs of
 *   ours: they end the task, and no `pcall` catches them.
 * - Up to its first `await` it is a function like any other. Behind it other code has run, so that
 *   `current` is no longer about the caller: take from it what is needed before, and throw an error
 *   rather than call what raises one (arguments.ts, `raise`).
 * - Where the caller can't wait it is not even begun: "attempt to yield across C-call boundary".
 */
import { current } from "../core/current.ts";
import { declareFieldNames, fieldsWith } from "../core/fields.ts";
import { BuiltinFrame, builtinCode, leave } from "../core/frames.ts";
import { BUILTIN_PREFIX } from "../core/stack.ts";
import { checkYieldable, waitFor } from "../core/suspend.ts";
import { LuaTable } from "../core/table.ts";
import type { LuaFunction, LuaValue, Results } from "../core/value.ts";

/** A builtin that its caller waits for. */
export type AsyncLuaFunction = (...values: LuaValue[]) => Promise<Results>;

export interface Library {
  readonly functions: Readonly<Record<string, LuaFunction>>;
}

/**
 * Declares a library and makes its functions visible as builtins in tracebacks.
 *
 * @param name The global table it is installed in; "" for the basic functions.
 */
export function defineLibrary(
  name: string,
  functions: Record<string, LuaFunction | AsyncLuaFunction>,
): Library {
  // In place: an object that gets so many properties one by one takes its time, at each start.
  const defined = functions as Record<string, LuaFunction>;
  for (const [key, builtin] of Object.entries(functions)) {
    const made = defineBuiltin(name === "" ? key : `${name}.${key}`, builtin);
    if (made !== builtin) defined[key] = made;
  }
  return { functions: defined };
}

/** Makes a function visible as a builtin: counted in error levels, shown as `[C]` in tracebacks. */
export function defineBuiltin<Builtin extends LuaFunction>(name: string, builtin: Builtin): Builtin;
export function defineBuiltin(name: string, builtin: LuaFunction | AsyncLuaFunction): LuaFunction;
export function defineBuiltin(name: string, builtin: LuaFunction | AsyncLuaFunction): LuaFunction {
  const plain = isAsync(builtin) ? awaiting(name, builtin) : builtin;
  Object.defineProperty(plain, "name", { value: BUILTIN_PREFIX + name });
  return plain;
}

function isAsync(builtin: LuaFunction | AsyncLuaFunction): builtin is AsyncLuaFunction {
  return Object.prototype.toString.call(builtin) === "[object AsyncFunction]";
}

function awaiting(name: string, builtin: AsyncLuaFunction): LuaFunction {
  const code = builtinCode(name);
  return (...values) => {
    checkYieldable(undefined);
    const { state } = current;
    const { messageHandler } = state;
    // What it raises at once becomes a rejection; the handler is to see it when that is raised.
    state.messageHandler = undefined;
    let promise: Promise<Results>;
    try {
      promise = builtin(...values);
    } finally {
      state.messageHandler = messageHandler;
    }
    waitFor(promise);
    return leave(new AwaitingFrame(code));
  };
}

/** An async builtin that has not returned. */
class AwaitingFrame extends BuiltinFrame {
  run(results: Results): Results {
    return results;
  }
}

/** A table with the functions of a library, as fields: programs name them as constants. */
export function libraryTable(library: Library, values: Record<string, LuaValue> = {}): LuaTable {
  declareFieldNames(Object.keys(library.functions));
  declareFieldNames(Object.keys(values));
  return new LuaTable(fieldsWith(library.functions, values));
}
