import { elementAt } from "./elementAt.ts";
import type { LuaValue } from "./value.ts";

/** Drops trailing nils from a new array part. */
export function trimElements(array: LuaValue[]): LuaValue[] {
  while (array.length > 0 && elementAt(array, array.length - 1) === undefined) array.pop();
  return array;
}
