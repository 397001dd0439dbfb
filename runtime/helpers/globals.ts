/** Global variables: cells are read and written by emitted code unless they are empty. */
import { getIndex, setIndex } from "../core/access.ts";
import type { Pending } from "../core/call.ts";
import { globalCell as cellOf, type Cell } from "../core/environment.ts";
import { ClosureEnvironment, makeWithEnvironment } from "../core/closureEnvironment.ts";
import type { Script } from "../core/script.ts";
import type { LuaTable } from "../core/table.ts";
import type { LuaFunction, LuaValue } from "../core/value.ts";

/**
 * The cell of a global variable; called once per name and module.
 *
 * @helper
 * @effects none
 */
export function globalCell(environment: LuaTable, name: string): Cell {
  return cellOf(environment, name);
}

/**
 * Reads a global variable whose cell is empty: `__index` of the environment may know it.
 *
 * @helper
 * @effects metamethods
 * @manual 2.3
 */
export function getGlobal(cell: Cell): LuaValue | Pending {
  return cell.environment.metatable === undefined
    ? undefined
    : getIndex(cell.environment, cell.name);
}

/**
 * Writes a global variable that is empty or becomes so: `__newindex` of the environment may want
 * to know.
 *
 * @helper
 * @effects metamethods
 * @manual 2.3
 */
export function setGlobal(cell: Cell, value: LuaValue): undefined | Pending {
  if (cell.environment.metatable !== undefined) {
    return setIndex(cell.environment, cell.name, value);
  }
  cell.v = value;
  return undefined;
}

/**
 * The environment of a chunk's main function, where functions have environments of their own.
 *
 * @helper
 * @effects allocates
 */
export function ownEnvironment(table: LuaTable, script: Script): ClosureEnvironment {
  const environment = new ClosureEnvironment(table, script);
  script.noteMain(environment);
  return environment;
}

/**
 * Makes a function that inherits the environment of its maker.
 *
 * @helper
 * @effects allocates
 * @manual 2.9
 */
export function closeOver(
  maker: ClosureEnvironment,
  factory: (environment: ClosureEnvironment, ...captures: LuaValue[]) => LuaFunction,
  ...captures: LuaValue[]
): LuaFunction {
  return makeWithEnvironment(maker, factory, captures);
}

/**
 * Reads a global variable of a function with an environment of its own.
 *
 * @helper
 * @effects metamethods
 * @manual 2.9
 */
export function getVariable(environment: ClosureEnvironment, name: string): LuaValue | Pending {
  return getIndex(environment.table, name);
}

/**
 * Writes a global variable of a function with an environment of its own.
 *
 * @helper
 * @effects metamethods
 * @manual 2.9
 */
export function setVariable(
  environment: ClosureEnvironment,
  name: string,
  value: LuaValue,
): undefined | Pending {
  return setIndex(environment.table, name, value);
}
