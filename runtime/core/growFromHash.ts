/**
 * Keys of the hash that would rather be in the array part: a list that was not filled from its beginning on, as a sieve
 * is. As in Lua, the array part becomes as large as it can be with a certain share of it in use; it may begin with nils
 * then. Looked at when the number of such keys has doubled, so that it takes no more time than storing them.
 */
import type { OrderedHash } from "./hash.ts";
import type { LuaTable } from "./table.ts";
import type { LuaValue } from "./value.ts";

/** A list that is filled from its end is looked at from so many elements on. */
export const MIN_FALLING = 16;

/** No array part becomes longer in this way. */
const MAX_BITS = 26;
const MAX_INDEX = 2 ** MAX_BITS;

/**
 * How much of the array part must be used at least. Lua asks for half, but what our hash takes for an entry, in room and
 * in time, is several elements' worth.
 */
const MIN_USE = 3 / 16;

/** Shorter lists are for growList.ts. */
const MIN_LENGTH = 64;

/**
 * A list that is filled from its end, by nothing but lower indices each time, is likely to go on so: its array part may have as
 * many elements as the square of those that are there, if every so many-th index at least is among them.
 */
const FALLING_SPAN = 4;

/** Copied where an array begins with nils. */
const NILS: undefined[] = [];
const MAX_COPIED = 1 << 12;

/** Moves keys of the hash to the array part if enough of them are close to each other. */
export function growFromHash(table: LuaTable, hash: OrderedHash): void {
  if (!hash.isPlain) return;
  const length = lengthFor(table, hash);
  if (length <= MIN_LENGTH || length <= table.array.length) return;
  const { slotKeys, slotValues } = hash;
  const { length: end } = table.array;
  const array = end === 0 ? nils(Math.min(length, MAX_COPIED)) : table.array.slice();
  let last = end;
  let moved = 0;
  for (let slot = 0; slot < slotKeys.length; slot++) {
    const key = slotKeys[slot];
    if (typeof key !== "number" || !isIndex(key) || key > length) continue;
    const value = slotValues[slot] as LuaValue;
    if (value === undefined) continue;
    while (array.length < key) array.push(undefined);
    array[key - 1] = value;
    if (key > last) last = key;
    moved++;
  }
  array.length = last;
  table.replaceArray(array);
  if (moved === hash.size) {
    table.hash = undefined;
    return;
  }
  for (let index = end; index < array.length; index++) {
    if (array[index] !== undefined) hash.delete(index + 1);
  }
}

/** How long the array part is to be. */
function lengthFor({ array }: LuaTable, hash: OrderedHash): number {
  const falling = array.length === 0 && hash.shape === undefined ? lastOfFalling(hash) : 0;
  if (falling > 0) return falling;
  return hash.numberCount < MIN_LENGTH ? 0 : fullestLength(array.length, hash);
}

/** The greatest key where all are indices that were added from there downwards, with few gaps; else 0. */
function lastOfFalling({ slotKeys, slotValues, size }: OrderedHash): number {
  const { length } = slotKeys;
  const first = slotKeys[0];
  const last = slotKeys[length - 1];
  if (size !== length || typeof first !== "number" || typeof last !== "number") return 0;
  if (!isIndex(first) || first > length * length) return 0;
  if (first - last >= length * FALLING_SPAN) return 0;
  let former = first + 1;
  for (let slot = 0; slot < length; slot++) {
    const key = slotKeys[slot];
    if (typeof key !== "number" || !isIndex(key) || key >= former) return 0;
    if (slotValues[slot] === undefined) return 0;
    former = key;
  }
  return first;
}

/** An array of nils that V8 knows to have no holes. */
function nils(count: number): LuaValue[] {
  while (NILS.length < count) NILS.push(undefined);
  return NILS.slice(0, count);
}

/** How many keys there are up to each power of two, above the one before; for one look at a hash. */
const COUNTS = new Int32Array(MAX_BITS + 1);

/** The largest power of two such that enough of the indices up to there are used; 0 when there is none. */
function fullestLength(arrayLength: number, { slotKeys, slotValues }: OrderedHash): number {
  const counts = COUNTS.fill(0);
  for (let slot = 0; slot < slotKeys.length; slot++) {
    const key = slotKeys[slot];
    if (typeof key !== "number" || !isIndex(key) || slotValues[slot] === undefined) continue;
    const bin = binOf(key);
    counts[bin] = (counts[bin] as number) + 1;
  }
  let fullest = 0;
  let used = 0;
  for (let bits = 0; bits <= MAX_BITS; bits++) {
    used += counts[bits] as number;
    const length = 1 << bits;
    if (used + Math.min(arrayLength, length) > MIN_USE * length) fullest = length;
  }
  return fullest;
}

function isIndex(key: number): boolean {
  return (key | 0) === key && key >= 1 && key <= MAX_INDEX;
}

/** Bits of the lowest power of two that is not below. */
function binOf(key: number): number {
  return key === 1 ? 0 : 32 - Math.clz32(key - 1);
}
