/**
 * The hash part of a table: a map that remembers insertion order and lets entries be removed while
 * somebody walks it. A key has a slot; a removed entry leaves its slot behind with no value, and
 * only an insertion may compact. So `next` can go on from a key that was just removed (manual 5.1,
 * `next`), and a walk is an index into two dense arrays. What is left of a list that became a queue comes before
 * them, without slots in the map (integerQueue.ts), and key 0, which many lists begin with, before all.
 */
import { MAX_LIST_KEY, type ListShape } from "./growList.ts";
import { IntegerIndex } from "./integerIndex.ts";
import { IntegerQueue } from "./integerQueue.ts";
import { isLetter, LetterIndex } from "./letterIndex.ts";
import type { ProxyIdentity } from "./proxyIdentity.ts";
import type { LuaReference, LuaValue } from "./value.ts";

/** Below this many slots, compaction is not worth its while. */
const MIN_COMPACTED_SLOTS = 16;

/** A table with so many entries in the hash, and no fields, gets none. */
export const MIN_DICTIONARY_SIZE = 16;

/** Fewer numbers than these are no reason to look for a list among them. */
const MIN_LIST_LENGTH = 64;

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

/** Of all that have no slots yet. Never written to. */
const NOTHING: StoredValue[] = [];
const NO_SLOTS = new Map<StoredValue, number>();

export class OrderedHash {
  /** Keys that belong here even where another part of the table would take them. */
  readonly claims: number = CLAIMS.nothing;
  /** The key of each slot. */
  protected keys: StoredValue[] = NOTHING;
  /** The value of each slot; `undefined` where the entry was removed. */
  protected values: StoredValue[] = NOTHING;
  protected slots = NO_SLOTS;
  /** The slots of integers of 32 bits, which are not among `slots`; `undefined` as long as all are in the first few. */
  private integers: IntegerIndex | undefined = undefined;
  /** The slots of letters, as long as all keys but integers are some and more than the first few; not among `slots`, either. */
  private letters: LetterIndex | undefined = undefined;
  /** Of a list with nils that has a part here; filled by growList.ts. */
  shape: ListShape | undefined = undefined;
  /** The value of key 0. */
  private zeroth: LuaValue = undefined;
  /** Whether key 0 ever had one. */
  private hadZeroth = false;
  /** Whether there ever was a string among the keys. */
  holdsStrings = false;
  /** How many slots have a number as their key. */
  numberCount = 0;
  /** With so many of them, growFromHash.ts is to look at them. */
  numbersToLookAt = MIN_LIST_LENGTH;
  /** Integer keys that the map has no slots for. */
  private queue: IntegerQueue | undefined = undefined;
  private liveCount = 0;

  /** Whether some of its integers are apart, in the order of a queue. */
  get hasQueue(): boolean {
    return this.queue !== undefined;
  }

  /** Whether a string key of a table without fields need only be looked up here, and be added here. */
  get isDictionary(): boolean {
    return this.holdsStrings && this.shape === undefined && this.liveCount >= MIN_DICTIONARY_SIZE;
  }

  /** How many entries there are. */
  get size(): number {
    return this.liveCount;
  }

  /** How many slots there are, those of removed entries included. */
  get slotCount(): number {
    return this.queue === undefined ? this.keys.length : this.queue.length + this.keys.length;
  }

  get(key: LuaValue): LuaValue {
    if (typeof key === "string") {
      const slot = this.slots === NO_SLOTS ? this.search(key) : this.slots.get(key);
      return slot === undefined ? undefined : (this.values[slot] as LuaValue);
    }
    if (typeof key === "number") {
      if (key === 0) return this.zeroth;
      const value = this.queue?.get(key);
      if (value !== undefined) return value;
    }
    const slot = this.find(key);
    return slot === undefined ? undefined : (this.values[slot] as LuaValue);
  }

  /** Stores a value under a key; neither may be nil. */
  set(key: LuaValue, value: LuaValue): void {
    if (key === 0) {
      if (this.zeroth === undefined) this.liveCount++;
      this.zeroth = value;
      this.hadZeroth = true;
      return;
    }
    if (
      this.queue !== undefined &&
      typeof key === "number" &&
      this.setQueued(this.queue, key, value)
    ) {
      return;
    }
    const slot = this.find(key);
    if (slot !== undefined) {
      if (this.values[slot] === undefined) this.liveCount++;
      this.values[slot] = value;
      return;
    }
    if (this.keys.length >= MIN_COMPACTED_SLOTS && this.liveCount < this.keys.length >> 1) {
      this.compact();
    }
    if (typeof key === "string") this.holdsStrings = true;
    else if (typeof key === "number") this.numberCount++;
    if (this.keys === NOTHING) this.openWith(key, value);
    else this.addSlot(key, value);
    this.liveCount++;
  }

  /** As `set`, when an entry is there and nothing else has to be done. Whether that was so. */
  replace(key: string, value: LuaValue): boolean {
    const slot = this.slots === NO_SLOTS ? this.search(key) : this.slots.get(key);
    if (slot === undefined || this.values[slot] === undefined) return false;
    this.values[slot] = value;
    return true;
  }

  delete(key: LuaValue): void {
    if (key === 0) {
      if (this.zeroth !== undefined) this.liveCount--;
      this.zeroth = undefined;
      return;
    }
    if (this.queue !== undefined && typeof key === "number") {
      if (this.queue.removeFirst(key)) {
        this.liveCount--;
        return;
      }
      const place = this.queue.placeOf(key);
      if (place >= 0) {
        if (this.queue.valueAt(place) !== undefined) this.liveCount--;
        this.queue.put(place, undefined);
        return;
      }
    }
    const slot = this.find(key);
    if (slot === undefined || this.values[slot] === undefined) return;
    this.values[slot] = undefined;
    this.liveCount--;
  }

  /** The slot of a key, also of a removed one; -1 for key 0; `undefined` for a key that was never there. */
  slotOf(key: LuaValue): number | undefined {
    if (key === 0) return this.hadZeroth ? -1 : undefined;
    const slot = this.find(key);
    if (this.queue === undefined) return slot;
    const place = typeof key === "number" ? this.queue.placeOf(key) : -1;
    if (place >= 0) return place;
    return slot === undefined ? undefined : slot + this.queue.length;
  }

  /** The key in a slot; of a removed entry, too. */
  keyAt(slot: number): LuaValue {
    if (this.queue !== undefined) {
      const { length } = this.queue;
      return slot < length ? this.queue.keyAt(slot) : (this.keys[slot - length] as LuaValue);
    }
    return this.keys[slot] as LuaValue;
  }

  /** The value in a slot; `undefined` where the entry was removed. */
  valueAt(slot: number): LuaValue {
    if (this.queue !== undefined) {
      const { length } = this.queue;
      return slot < length ? this.queue.valueAt(slot) : (this.values[slot - length] as LuaValue);
    }
    return this.values[slot] as LuaValue;
  }

  /** Of a plain one: the key of each slot. */
  get slotKeys(): readonly StoredValue[] {
    return this.keys;
  }

  /** The value of each slot; `undefined` where the entry was removed. */
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
    if (this.zeroth !== undefined) entries.push([0, this.zeroth]);
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
    this.queue = new IntegerQueue(base, items);
    this.liveCount += count;
    return true;
  }

  /** As `set`, when the entry is added behind the last one of the queue and nothing else has to be done. Whether it was. */
  addLast(key: number, value: LuaValue): boolean {
    const { queue } = this;
    if (key !== queue?.end) return false;
    if (this.numberCount > 0 || this.shape !== undefined || key <= MAX_LIST_KEY) return false;
    queue.push(value);
    this.liveCount++;
    return true;
  }

  /** Stores a value that belongs to the queue. Whether it does. */
  private setQueued(queue: IntegerQueue, key: number, value: LuaValue): boolean {
    const place = queue.placeOf(key);
    if (place >= 0) {
      if (queue.valueAt(place) === undefined) this.liveCount++;
      queue.put(place, value);
      return true;
    }
    if (key !== queue.end) return false;
    if (this.numberCount > 0) this.delete(key);
    queue.push(value);
    this.liveCount++;
    return true;
  }

  private find(key: LuaValue): number | undefined {
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

  /** Makes the first slot. Many tables get no other, so there is no room for more. */
  private openWith(key: LuaValue, value: StoredValue): void {
    this.keys = [key];
    this.values = [value];
  }

  private addSlot(key: LuaValue, value: StoredValue): void {
    const { keys, values } = this;
    this.index(key, keys.length);
    if (keys.length === 1) {
      this.keys = pairInRoom(keys[0], key);
      this.values = pairInRoom(values[0], value);
    } else {
      keys.push(key);
      values.push(value);
    }
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
    } else if (slot >= MAX_SEARCHED || this.integers !== undefined) {
      this.integers ??= this.indexFirst();
      this.integers.add(this.keys, key, slot);
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

  /** An index of the integers that could be found without. */
  private indexFirst(): IntegerIndex {
    const index = new IntegerIndex();
    const { keys } = this;
    for (let slot = 0; slot < MAX_SEARCHED; slot++) {
      const key = keys[slot];
      if (isInt32(key)) index.add(keys, key, slot);
    }
    return index;
  }

  /** Whether a positive integer may be among the keys. */
  get mayHoldIndices(): boolean {
    return this.numberCount > 0 || this.queue !== undefined;
  }

  /** Whether all that it holds may as well be in an array. */
  get isPlain(): boolean {
    return this.constructor === OrderedHash && this.queue === undefined;
  }

  /** Makes room for slots. Tables that have nothing but key 0 here need none. */
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
    this.integers?.clear();
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

function isInt32(key: StoredValue): key is number {
  return typeof key === "number" && (key | 0) === key;
}

/** A list of two with room for four: V8 gives lists that grow by themselves room for 17. */
function pairInRoom(first: StoredValue, second: StoredValue): StoredValue[] {
  const list = [first, second, second, second];
  list.pop();
  list.pop();
  return list;
}
