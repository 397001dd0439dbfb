/**
 * Keys of the hash that would rather be in the array part: a list that was not filled from its beginning on, as a sieve
 * is. As in Lua, the array part becomes so large that more than half of it is used; it may begin with nils then. Looked at
 * when the number of such keys has doubled, so that it takes no more time than storing them.
 */
import type { OrderedHash } from "./hash.ts";
import type { LuaTable } from "./table.ts";

/** No array part becomes longer in this way. */
const MAX_BITS = 26;

/** Shorter lists are for growList.ts. */
const MIN_LENGTH = 64;

/** Moves keys of the hash to the array part if enough of them are close to each other. */
export function growFromHash(table: LuaTable, hash: OrderedHash): void {
  if (!hash.isPlain) return;
  const length = fullestLength(table.array.length, hash);
  if (length <= MIN_LENGTH || length <= table.array.length) return;
  const array = table.array.slice();
  let moved = 0;
  for (let slot = 0; slot < hash.slotCount; slot++) {
    const key = hash.keyAt(slot);
    if (typeof key !== "number" || !isIndex(key) || key > length) continue;
    const value = hash.valueAt(slot);
    if (value === undefined) continue;
    while (array.length < key) array.push(undefined);
    array[key - 1] = value;
    moved++;
  }
  const { length: end } = table.array;
  table.array = array;
  if (moved === hash.size) {
    table.hash = undefined;
    return;
  }
  for (let index = end; index < array.length; index++) {
    if (array[index] !== undefined) hash.delete(index + 1);
  }
}

/** The largest power of two such that more than half of the indices up to there are used; 0 when there is none. */
function fullestLength(arrayLength: number, hash: OrderedHash): number {
  const counts = new Int32Array(MAX_BITS + 1);
  for (let slot = 0; slot < hash.slotCount; slot++) {
    const key = hash.keyAt(slot);
    if (typeof key !== "number" || !isIndex(key) || hash.valueAt(slot) === undefined) continue;
    const bin = binOf(key);
    counts[bin] = (counts[bin] as number) + 1;
  }
  let fullest = 0;
  let used = 0;
  for (let bits = 0; bits <= MAX_BITS; bits++) {
    used += counts[bits] as number;
    const length = 2 ** bits;
    if (used + Math.min(arrayLength, length) > length / 2) fullest = length;
  }
  return fullest;
}

function isIndex(key: number): boolean {
  return key >= 1 && key <= 2 ** MAX_BITS && Number.isInteger(key);
}

/** Bits of the lowest power of two that is not below. */
function binOf(key: number): number {
  return key === 1 ? 0 : 32 - Math.clz32(key - 1);
}
