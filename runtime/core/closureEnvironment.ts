/**
 * Environments of single functions (manual 2.9), for chunks that work with them: every function of
 * such a chunk has an object of its own that says which table its globals are in, and looks them up
 * there. A new function inherits the table of its maker.
 */
import { current } from "./current.ts";
import type { Script } from "./script.ts";
import type { LuaTable } from "./table.ts";
import type { LuaFunction, LuaValue } from "./value.ts";

export class ClosureEnvironment {
  table: LuaTable;
  readonly script: Script;
  /** The function whose environment this is, as programs see it. */
  callee: LuaFunction | undefined = undefined;

  constructor(table: LuaTable, script: Script) {
    this.table = table;
    this.script = script;
  }

  /** The environment of a function; `undefined` where it is bound for good. */
  static of(target: LuaFunction): ClosureEnvironment | undefined {
    return (target as WithEnvironment).$environment;
  }

  /** Gives the function another one. */
  change(table: LuaTable): void {
    this.table = table;
    this.script.noteEnvironment(table);
  }
}

/** A function that has its own. In a property, for a WeakMap costs 1.5 us for each closure that is made, 20 times as much. */
interface WithEnvironment extends LuaFunction {
  $environment?: ClosureEnvironment;
}

/** Notes whose environment it is. @returns The function. */
export function registerEnvironment(
  environment: ClosureEnvironment,
  callee: LuaFunction,
): LuaFunction {
  environment.callee = callee;
  (callee as WithEnvironment).$environment = environment;
  return callee;
}

/** Makes a function with an environment of its own. */
export function makeWithEnvironment(
  maker: ClosureEnvironment,
  factory: (environment: ClosureEnvironment, ...captures: LuaValue[]) => LuaFunction,
  captures: LuaValue[],
): LuaFunction {
  const environment = new ClosureEnvironment(maker.table, maker.script);
  return registerEnvironment(environment, factory(environment, ...captures));
}

/**
 * The environment of the function that called the running builtin.
 *
 * @param script Of that function, if it is one of Lua's.
 */
export function callerEnvironment(script: Script | undefined): ClosureEnvironment | undefined {
  const { environment } = current;
  // Functions of other chunks do not say who they are: what is noted may be an earlier caller.
  return environment !== undefined && environment.script === script ? environment : undefined;
}
