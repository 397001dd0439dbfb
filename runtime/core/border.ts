/**
 * `#` of a new list with nils (manual 2.5.5 allows any border). LuaJIT looks for one by halving its
 * array part, if that ends in nil. Where that is not the last element, short lists have a shape, so that we do so, too (growList.ts); of long
 * ones, what is behind the border moves to the hash.
 */
import { elementAt } from "./elementAt.ts";
import { OrderedHash } from "./hash.ts";
import { MAX_LIST_KEY, shapeOf } from "./growList.ts";
import { roomFor } from "./room.ts";
import type { LuaTable } from "./table.ts";
import { trimElements } from "./trimElements.ts";
import type { LuaValue } from "./value.ts";

/**
 * Drops nils at the end of the array part, and sees to it that the border is the one that LuaJIT finds.
 *
 * @param slots Of LuaJIT's array part, the one of index 0 included; less than that is full to the end.
 */
export function endAtBorder(table: LuaTable, slots: number): void {
  const { array } = table;
  if (array.length >= slots - 1 && array.at(-1) !== undefined) return;
  const border = borderOf(array, slots);
  trimElements(array);
  if (array.length === 0) table.array = roomFor(slots, array);
  if (array.length <= border) return;
  const hash = (table.hash ??= new OrderedHash());
  if (array.length <= MAX_LIST_KEY) {
    hash.shape = shapeOf(table, slots - 1);
    return;
  }
  array.splice(border).forEach((value, index) => {
    if (value !== undefined) hash.set(border + index + 1, value);
  });
}

/** `lj_tab_len` of lj_tab.c for an array part that ends in nil. */
function borderOf(array: readonly LuaValue[], slots: number): number {
  let [low, high] = [1, Math.max(slots, array.length + 1)];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (elementAt(array, middle - 2) === undefined) high = middle;
    else low = middle;
  }
  return low - 1;
}
