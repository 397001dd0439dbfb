/** Global variables: cells are read and written by emitted code unless they are empty. */
import { getIndex, setIndex } from "../core/access.ts";
import type { Suspension } from "../core/call.ts";
import { globalCell as cellOf, type Cell } from "../core/environment.ts";
import type { LuaTable } from "../core/table.ts";
import type { LuaValue } from "../core/value.ts";

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
export function getGlobal(cell: Cell): LuaValue | Suspension {
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
export function setGlobal(cell: Cell, value: LuaValue): undefined | Suspension {
  if (cell.environment.metatable !== undefined) {
    return setIndex(cell.environment, cell.name, value);
  }
  cell.v = value;
  return undefined;
}
