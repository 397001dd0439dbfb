/**
 * The hash part of a table: a map that remembers insertion order and lets entries be removed while
 * somebody walks it. A key has a slot; a removed entry leaves its slot behind with no value, and
 * only an insertion may compact. So `next` can go on from a key that was just removed (manual 5.1,
 * `next`), and a walk is an index into two dense arrays. Key 0 and what is left of a list that became a queue
 * come before them (apartKeys.ts).
 *
 * Tries, graphs and sparse rows are millions of tables with one entry here. That one is in the hash itself, and what
 * few hashes need in objects of its own: one table with such an entry takes two objects of 190 bytes, not six of 330
 * (measured on tries of words: 0.78 of the time).
 */
import { ApartKeys } from "./apartKeys.ts";
import { MAX_LIST_KEY, type ListShape } from "./growList.ts";
import { isInt32, ProgressionIndex, nextIndex, type AnyIntegerIndex } from "./integerIndex.ts";
import { isLetter, LetterIndex } from "./letterIndex.ts";
import type { ProxyIdentity } from "./proxyIdentity.ts";
import { pairInRoom } from "./room.ts";
import type { LuaReference, LuaValue } from "./value.ts";

/** Below this many slots, compaction is not worth its while. */
const MIN_COMPACTED_SLOTS = 16;

/** A table with so many entries in the hash, and no fields, gets none. */
export const MIN_DICTIONARY_SIZE = 16;

export const CLAIMS = {
  nothing: 0,
  /** Of an environment: strings that are field names. */
  strings: 1,
  /** Of a table with weak values: these, and the keys of the array part. */
  all: 2,
} as const;

/** What a slot holds: the value, or a weak reference to it (weakHash.ts). */
export type StoredValue = LuaValue | WeakRef<LuaReference | ProxyIdentity>;

/** In so many slots integers are searched one by one. */
const MAX_SEARCHED = 8;

/**
 * In so many slots all other keys are, without a Map, which takes more room than all else of such a table (tries of
 * letters: 0.6 to 0.8 of the time). More would be slower where the keys are long and alike.
 */
const MAX_SEARCHED_ANY = 4;

/** Above all indices of array parts, and small to V8. */
const NO_INDEX = 0x7fffffff;

/** A lookup that finds nothing takes the time of looking at so many slots (as a shift). */
const SLOTS_PER_MISS = 4;

/** The lists of all hashes with one entry at most. Never written to. */
const NOTHING: StoredValue[] = [];
const NO_SLOTS = new Map<StoredValue, number>();
/** Of all hashes without such keys. Never written to. */
const NONE_APART = new ApartKeys();

export class OrderedHash {
  /** The only key there has been, as long as `keys` is `NOTHING`; its slot is 0. */
  private soleKey: LuaValue = undefined;
  /** Its value; `undefined` where the entry was removed. */
  private soleValue: LuaValue = undefined;
  /** The key of each slot. */
  protected keys: StoredValue[] = NOTHING;
  /** The value of each slot; `undefined` where the entry was removed. */
  protected values: StoredValue[] = NOTHING;
  protected slots = NO_SLOTS;
  /** The slots of integers of 32 bits, which are not among `slots`; `undefined` as long as all are in the first few. */
  private integers: AnyIntegerIndex | undefined = undefined;
  /** The slots of letters, as long as all keys but integers are some and more than the first few; not among `slots`, either. */
  private letters: LetterIndex | undefined = undefined;
  private apart = NONE_APART;
  /** Of a list with nils that has a part here; filled by growList.ts. */
  shape: ListShape | undefined = undefined;
  /** Whether there ever was a string among the keys. */
  holdsStrings = false;
  /** How many slots have a number as their key. */
  numberCount = 0;
  /** No positive integer below is among the keys; 1 as long as there is a queue. */
  leastIndex = NO_INDEX;
  /** How many slots have a value. */
  private liveCount = 0;

  /** Keys that belong here even where another part of the table would take them; one of `CLAIMS`. */
  get claims(): number {
    return CLAIMS.nothing;
  }

  /** Whether some of its integers are apart, in the order of a queue. */
  get hasQueue(): boolean {
    return this.apart.queue !== undefined;
  }

  /** Whether a string key of a table without fields need only be looked up here, and be added here. */
  get isDictionary(): boolean {
    return this.holdsStrings && this.shape === undefined && this.liveCount >= MIN_DICTIONARY_SIZE;
  }

  /** How many entries there are. */
  get size(): number {
    return this.liveCount + this.apart.liveCount;
  }

  /** How many slots there are, those of removed entries included. */
  get slotCount(): number {
    return this.apart.queueLength + this.ownSlotCount;
  }

  private get ownSlotCount(): number {
    if (this.keys !== NOTHING) return this.keys.length;
    return this.soleKey === undefined ? 0 : 1;
  }

  get(key: LuaValue): LuaValue {
    if (this.keys === NOTHING) {
      // One that was removed may be in the queue meanwhile.
      if (key === this.soleKey && this.soleValue !== undefined) return this.soleValue;
      return typeof key === "number" ? this.apart.get(key) : undefined;
    }
    if (typeof key === "string") {
      const slot = this.slots === NO_SLOTS ? this.search(key) : this.slots.get(key);
      return slot === undefined ? undefined : (this.values[slot] as LuaValue);
    }
    if (typeof key === "number" && this.apart !== NONE_APART) {
      const value = this.apart.get(key);
      if (value !== undefined) return value;
    }
    const slot = this.find(key);
    return slot === undefined ? undefined : (this.values[slot] as LuaValue);
  }

  /** Stores a value under a key; neither may be nil. */
  set(key: LuaValue, value: LuaValue): void {
    if (
      typeof key === "number" &&
      (key === 0 || this.apart !== NONE_APART) &&
      this.setApart(key, value)
    ) {
      return;
    }
    if (this.keys === NOTHING) {
      this.setWithoutLists(key, value);
      return;
    }
    const slot = this.find(key);
    if (slot !== undefined) {
      if (this.values[slot] === undefined) {
        this.liveCount++;
        if (typeof key === "number") this.noteNumber(key);
      }
      this.values[slot] = value;
      return;
    }
    if (this.keys.length >= MIN_COMPACTED_SLOTS && this.liveCount < this.keys.length >> 1) {
      this.compact();
    }
    if (typeof key === "string") this.holdsStrings = true;
    else if (typeof key === "number") {
      this.numberCount++;
      this.noteNumber(key);
    }
    this.index(key, this.keys.length);
    this.keys.push(key);
    this.values.push(value);
    this.liveCount++;
  }

  /** As `set`, when an entry is there and nothing else has to be done. Whether that was so. */
  replace(key: string, value: LuaValue): boolean {
    if (this.keys === NOTHING) {
      if (key !== this.soleKey || this.soleValue === undefined) return false;
      this.soleValue = value;
      return true;
    }
    const slot = this.slots === NO_SLOTS ? this.search(key) : this.slots.get(key);
    if (slot === undefined || this.values[slot] === undefined) return false;
    this.values[slot] = value;
    return true;
  }

  delete(key: LuaValue): void {
    if (typeof key === "number" && this.apart !== NONE_APART && this.apart.delete(key)) return;
    if (this.keys === NOTHING) {
      if (key !== this.soleKey || this.soleValue === undefined) return;
      this.soleValue = undefined;
    } else {
      const slot = this.find(key);
      if (slot === undefined || this.values[slot] === undefined) return;
      this.values[slot] = undefined;
    }
    this.liveCount--;
  }

  /** The slot of a key, also of a removed one; -1 for key 0; `undefined` for a key that was never there. */
  slotOf(key: LuaValue): number | undefined {
    if (typeof key === "number") {
      const slot = this.apart.slotOf(key);
      if (slot !== undefined) return slot;
    }
    const slot = this.find(key);
    return slot === undefined ? undefined : slot + this.apart.queueLength;
  }

  /** The key in a slot; of a removed entry, too. */
  keyAt(slot: number): LuaValue {
    const { queue } = this.apart;
    if (queue !== undefined) {
      if (slot < queue.length) return queue.keyAt(slot);
      slot -= queue.length;
    }
    return this.keys === NOTHING ? this.soleKey : (this.keys[slot] as LuaValue);
  }

  /** The value in a slot; `undefined` where the entry was removed. */
  valueAt(slot: number): LuaValue {
    const { queue } = this.apart;
    if (queue !== undefined) {
      if (slot < queue.length) return queue.valueAt(slot);
      slot -= queue.length;
    }
    return this.keys === NOTHING ? this.soleValue : (this.values[slot] as LuaValue);
  }

  /** The key of each slot that has a place in the lists: all but those of a queue, which come before, and a sole one. */
  get slotKeys(): readonly StoredValue[] {
    return this.keys;
  }

  /** The value of each of them; `undefined` where the entry was removed. */
  get slotValues(): readonly StoredValue[] {
    return this.values;
  }

  /** A border (manual 2.5.5) of the numbers that are claimed. */
  border(): number {
    return 0;
  }

  /** The keys and values of the entries that are there, in order. */
  entries(): [LuaValue, LuaValue][] {
    const entries: [LuaValue, LuaValue][] = [];
    const zeroth = this.apart.get(0);
    if (zeroth !== undefined) entries.push([0, zeroth]);
    for (let slot = 0; slot < this.slotCount; slot++) {
      const value = this.valueAt(slot);
      if (value !== undefined) entries.push([this.keyAt(slot), value]);
    }
    return entries;
  }

  /**
   * Takes what is left of a list, if this is a hash that can hold it apart and holds no number yet.
   *
   * @param base The key before the first item.
   * @param count Of the items that are not `undefined`.
   */
  takeQueue(base: number, items: LuaValue[], count: number): boolean {
    if (!this.isPlain || this.numberCount > 0) return false;
    this.ownApart().takeQueue(base, items, count);
    this.leastIndex = 1;
    return true;
  }

  /** As `set`, when the entry is added behind the last one of the queue and nothing else has to be done. Whether it was. */
  addLast(key: number, value: LuaValue): boolean {
    if (this.numberCount > 0 || this.shape !== undefined || key <= MAX_LIST_KEY) return false;
    return this.apart.addLast(key, value);
  }

  /** Stores the value of a key that has no slot, or needs none. Whether it is one. */
  private setApart(key: number, value: LuaValue): boolean {
    if (key === 0) {
      this.ownApart().setZeroth(value);
      return true;
    }
    if (this.apart.queue === undefined) return false;
    if (this.apart.replace(key, value)) return true;
    if (this.numberCount > 0 && key === this.apart.queue.end) this.delete(key);
    return this.apart.addLast(key, value);
  }

  private ownApart(): ApartKeys {
    if (this.apart === NONE_APART) this.apart = new ApartKeys();
    return this.apart;
  }

  /** As `set`, as long as there are no lists: makes them for the second entry. */
  private setWithoutLists(key: LuaValue, value: LuaValue): void {
    if (key === this.soleKey && this.soleValue !== undefined) {
      this.soleValue = value;
      return;
    }
    if (this.soleValue === undefined) {
      if (typeof this.soleKey === "number") this.numberCount--;
      this.soleKey = key;
      this.soleValue = value;
    } else {
      this.keys = pairInRoom(this.soleKey, key);
      this.values = pairInRoom(this.soleValue, value);
      this.soleKey = undefined;
      this.soleValue = undefined;
    }
    if (typeof key === "string") this.holdsStrings = true;
    else if (typeof key === "number") {
      this.numberCount++;
      this.noteNumber(key);
    }
    this.liveCount++;
  }

  protected noteNumber(key: number): void {
    if (key > 0 && key < this.leastIndex) this.leastIndex = key | 0;
  }

  /**
   * A list grew, and the index that follows is not here. Now and then it is looked for the least one that is: lists of
   * which a column or a row came first would ask for each index.
   */
  missedIndex(index: number): void {
    const slotCount = this.ownSlotCount;
    if (index % ((slotCount >> SLOTS_PER_MISS) + 1) !== 0 || this.hasQueue) return;
    this.leastIndex = NO_INDEX;
    for (let slot = 0; slot < slotCount; slot++) {
      const key = this.keyAt(slot);
      if (typeof key === "number" && this.valueAt(slot) !== undefined) this.noteNumber(key);
    }
  }

  private find(key: LuaValue): number | undefined {
    if (this.keys === NOTHING) return key === this.soleKey ? 0 : undefined;
    if (typeof key !== "number" || (key | 0) !== key) {
      return this.slots === NO_SLOTS ? this.search(key) : this.slots.get(key);
    }
    const { keys } = this;
    if (this.integers !== undefined) return this.integers.get(keys, key);
    const count = Math.min(keys.length, MAX_SEARCHED);
    for (let slot = 0; slot < count; slot++) if (keys[slot] === key) return slot;
    return undefined;
  }

  /** As `find`, when no key but integers and letters is behind the first few. */
  private search(key: LuaValue): number | undefined {
    if (this.letters !== undefined) return this.letters.get(key);
    const { keys } = this;
    const count = Math.min(keys.length, MAX_SEARCHED_ANY);
    for (let slot = 0; slot < count; slot++) if (keys[slot] === key) return slot;
    return undefined;
  }

  private index(key: LuaValue, slot: number): void {
    if (typeof key !== "number" || (key | 0) !== key) {
      if (this.slots === NO_SLOTS) {
        if (slot < MAX_SEARCHED_ANY) return;
        this.letters ??= this.indexLetters(key);
        if (this.letters?.add(key, slot) === true) return;
        this.slots = this.mapFirst(this.letters === undefined ? MAX_SEARCHED_ANY : slot);
        this.letters = undefined;
      }
      this.slots.set(key, slot);
    } else if (this.integers?.add(this.keys, key, slot) !== true && slot >= MAX_SEARCHED) {
      this.integers = nextIndex(this.integers, this.keys, key, slot);
    }
  }

  /** An index of the letters that could be found without, if all other keys are some, and one is added. */
  private indexLetters(added: LuaValue): LetterIndex | undefined {
    const first = this.keys.slice(0, MAX_SEARCHED_ANY);
    if (!isLetter(added) || !first.every((key) => isLetter(key) || isInt32(key))) return undefined;
    const letters = new LetterIndex();
    first.forEach((key, slot) => letters.add(key, slot));
    return letters;
  }

  /** The slots of the other keys that could be found without, which are before `end`. */
  private mapFirst(end: number): Map<StoredValue, number> {
    const slots = new Map<StoredValue, number>();
    for (let slot = 0; slot < end; slot++) {
      const key = this.keys[slot];
      if (!isInt32(key)) slots.set(key, slot);
    }
    return slots;
  }

  /** Whether a positive integer may be among the keys. */
  get mayHoldIndices(): boolean {
    return this.numberCount > 0 || this.hasQueue;
  }

  /** Whether all that it holds may as well be in an array. */
  get isPlain(): boolean {
    return this.constructor === OrderedHash && !this.hasQueue;
  }

  /** Gives up the slots of removed entries, if there are no others. */
  forgetIfEmpty(): void {
    if (this.liveCount > 0 || this.constructor !== OrderedHash) return;
    this.soleKey = undefined;
    this.keys = NOTHING;
    this.values = NOTHING;
    this.slots = NO_SLOTS;
    this.integers = undefined;
    this.letters = undefined;
    this.numberCount = 0;
    this.leastIndex = this.hasQueue ? 1 : NO_INDEX;
  }

  /** Makes lists before there are entries. */
  protected open(): void {
    this.keys = [];
    this.values = [];
    this.slots = NO_SLOTS;
    this.integers = undefined;
    this.letters = undefined;
  }

  private compact(): void {
    const { keys, values } = this;
    this.numberCount = 0;
    if (this.integers instanceof ProgressionIndex) this.integers = undefined;
    else this.integers?.clear();
    this.slots = NO_SLOTS;
    this.letters = undefined;
    let end = 0;
    for (let slot = 0; slot < keys.length; slot++) {
      const value = values[slot];
      if (value === undefined) continue;
      const key = keys[slot] as LuaValue;
      if (typeof key === "number") this.numberCount++;
      keys[end] = key;
      values[end] = value;
      this.index(key, end++);
    }
    keys.length = end;
    values.length = end;
  }
}
