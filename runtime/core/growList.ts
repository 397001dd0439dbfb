/**
 * A list that grows with nils left out: `t[1], t[3], t[4] = ...`, as programs fill one that keep results, some of them
 * nil, by their numbers. LuaJIT stores a key behind the array part in its hash, and when that is full, makes the array
 * part so large that more than a quarter of it is used (`rehashtab` of lj_tab.c). What `#` gives follows from that; manual
 * 2.5.5 allows any border. We do the same for short lists: what is in LuaJIT's array part is in ours, which ends
 * with its last element that is not nil, and the border is looked for when somebody asks for it. Sets of small integers
 * are such lists, and nobody asks (31 of them up to 64: a quarter of the time that keeping the border takes).
 *
 * Where LuaJIT's hash rehashes earlier because of collisions, or entries were removed meanwhile, the border may be another.
 */
import { elementAt } from "./elementAt.ts";
import { NO_FIELDS } from "./fields.ts";
import type { OrderedHash } from "./hash.ts";
import type { LuaTable } from "./table.ts";
import type { LuaValue } from "./value.ts";

/** Longer lists are not looked at: it takes time in proportion to them. */
export const MAX_LIST_KEY = 64;

/** What LuaJIT's table would be like. */
export interface ListShape {
  /** The largest key for which its array part has room. */
  size: number;
  /** Entries of its hash. */
  hashed: number;
  /** How many entries its hash has room for. */
  capacity: number;
}

/**
 * To be called when a key was added to the hash, or behind the last element when the hash has a shape.
 *
 * @param hash Of the table.
 */
export function growList(table: LuaTable, hash: OrderedHash, key: LuaValue): void {
  if (table.array.length > MAX_LIST_KEY) {
    hash.shape = undefined;
    return;
  }
  const isElement = isListKey(key);
  if (hash.shape === undefined) {
    if (!isElement) return;
    hash.shape = shapeOf(table, sizeOfFull(table.array.length));
    // From now on its array part is LuaJIT's, which has room for the key.
    moveToArray(table, hash, hash.shape.size);
  }
  const { shape } = hash;
  if (isElement && key <= shape.size) return;
  if (shape.hashed < shape.capacity) {
    shape.hashed++;
    return;
  }
  rehash(table, hash, shape);
  moveToArray(table, hash, shape.size);
}

/** The shape of a table that has nothing but fields and an array part. @param size Of the array part. */
export function shapeOf(table: LuaTable, size: number): ListShape {
  const hashed = countFields(table);
  return { size, hashed, capacity: capacityFor(hashed) };
}

function countFields({ fields }: LuaTable): number {
  if (fields === NO_FIELDS) return 0;
  let count = 0;
  for (const key of Object.keys(fields)) if (fields[key] !== undefined) count++;
  return count;
}

/** Whether a list has nils and is short enough to be looked at when it gets a hash. */
export function hasNils(array: readonly LuaValue[]): boolean {
  return array.length <= MAX_LIST_KEY && array.includes(undefined);
}

function isListKey(key: unknown): key is number {
  return typeof key === "number" && (key | 0) === key && key >= 1 && key <= MAX_LIST_KEY;
}

/** `hsize2hbits` of lj_tab.c. */
function capacityFor(entries: number): number {
  return entries === 0 ? 0 : Math.max(2, powerFrom(entries));
}

/** Room in the array part of a list to which elements were only appended. */
function sizeOfFull(length: number): number {
  return length === 0 ? 0 : Math.max(2, powerFrom(length));
}

/** The lowest power of two that is not below. */
function powerFrom(count: number): number {
  return count <= 1 ? 1 : 1 << (32 - Math.clz32(count - 1));
}

/** `rehashtab`, `bestasize` and `lj_tab_resize` of lj_tab.c. */
function rehash(table: LuaTable, hash: OrderedHash, shape: ListShape): void {
  const elementCounts = countElements(table.array);
  const counts = elementCounts + countListKeys(hash);
  const integers = sumOf(counts);
  const total = sumOf(elementCounts) + hash.size + countFields(table);
  let [size, used, sum] = [0, 0, 0];
  for (let bin = 0; 2 * integers > 1 << bin && sum !== integers; bin++) {
    const count = countIn(counts, bin);
    sum += count;
    if (count === 0 || 2 * sum <= 1 << bin) continue;
    size = 2 << bin;
    used = sum;
  }
  shape.size = size;
  shape.hashed = total - used;
  shape.capacity = capacityFor(shape.hashed);
}

/**
 * How many keys there are from above one power of two up to the next (`countint` of lj_tab.c), for all six in one integer:
 * each has as many bits as it needs at most.
 */
type Counts = number;

/** Where the bits of each begin: of 1 and 2; 3 and 4; 5 to 8; and so on. */
const FIRST_BITS = [0, 2, 4, 7, 11, 16, 22] as const;

/** By key: one such. */
const ONE_OF: readonly Counts[] = Array.from({ length: MAX_LIST_KEY + 1 }, (_, key) =>
  key === 0 ? 0 : 1 << (FIRST_BITS[key > 2 ? 31 - Math.clz32(key - 1) : 0] as number),
);

function countElements(array: readonly LuaValue[]): Counts {
  let counts = 0;
  for (let index = 0; index < array.length; index++) {
    if (elementAt(array, index) !== undefined) counts += ONE_OF[index + 1] as number;
  }
  return counts;
}

function countListKeys(hash: OrderedHash): Counts {
  let counts = 0;
  const { slotKeys, slotValues } = hash;
  const { length } = slotKeys;
  for (let slot = 0; slot < length; slot++) {
    const key = slotKeys[slot];
    if (isListKey(key) && slotValues[slot] !== undefined) counts += ONE_OF[key] as number;
  }
  const { slotCount } = hash;
  if (length === slotCount) return counts;
  // There are a few more, which are not in those lists.
  for (let slot = 0; slot < slotCount - length; slot++) {
    const key = hash.keyAt(slot);
    if (isListKey(key) && hash.valueAt(slot) !== undefined) counts += ONE_OF[key] as number;
  }
  return counts;
}

function countIn(counts: Counts, bin: number): number {
  const first = FIRST_BITS[bin] ?? 31;
  return (counts >> first) & ((1 << ((FIRST_BITS[bin + 1] ?? 31) - first)) - 1);
}

function sumOf(counts: Counts): number {
  let sum = 0;
  for (let bin = 0; bin < FIRST_BITS.length - 1; bin++) sum += countIn(counts, bin);
  return sum;
}

/** The border of a table whose hash has a shape: `lj_tab_len` of lj_tab.c. */
export function borderOf(
  { array }: LuaTable,
  hash: OrderedHash,
  { size, hashed }: ListShape,
): number {
  // What follows the array part is never in the hash.
  if (size === 0 && array.length === 0) return 0;
  if (size > 0 && !isThere(array, hash, size)) {
    let [low, high] = [1, size + 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (isThere(array, hash, middle - 1)) low = middle;
      else high = middle;
    }
    return low - 1;
  }
  // What we count is LuaJIT's where it was followed all along; a border it is in any case.
  if (hashed === 0 && !isThere(array, hash, size + 1)) return size;
  let [low, high] = [size, size + 1];
  while (isThere(array, hash, high)) [low, high] = [high, high * 2];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isThere(array, hash, middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Whether a table with this array part and hash has an element. @param key An integer; 0 is looked for in the hash. */
function isThere(array: readonly LuaValue[], hash: OrderedHash, key: number): boolean {
  const value = key > 0 && key <= array.length ? elementAt(array, key - 1) : hash.get(key);
  return value !== undefined;
}

/** Moves keys up to a size from the hash to the array part. */
function moveToArray(table: LuaTable, hash: OrderedHash, size: number): void {
  if (size <= table.array.length) return;
  const { slotCount } = hash;
  for (let slot = 0; slot < slotCount; slot++) {
    const key = hash.keyAt(slot);
    if (!isListKey(key) || key > size) continue;
    const value = hash.valueAt(slot);
    if (value === undefined) continue;
    storeInArray(table, key, value);
    hash.delete(key);
  }
  for (;;) {
    // No key in the hash follows the array part.
    const key = table.array.length + 1;
    const value = hash.get(key);
    if (value === undefined) break;
    storeInArray(table, key, value);
    hash.delete(key);
  }
  hash.forgetIfEmpty();
}

/** Stores an element behind the last one, with nils between them. @param key An integer. */
export function storeInArray(table: LuaTable, key: number, value: LuaValue): void {
  // Those of many tables are shared while they are empty.
  if (table.array.length === 0) table.array = [];
  const { array } = table;
  while (array.length < key) array.push(undefined);
  array[key - 1] = value;
}
