/**
 * Which slot of a hash an integer has: open addressing with linear probing over the keys of the slots. A Map of V8 takes
 * longer for such keys and more room: it computes their hashes by a call, and follows chains (measured on the benchmark
 * `sparse`: 1.3 times the time of the whole program).
 * Keys are never removed one by one; a hash that has dropped entries builds its index anew.
 */

/**
 * Room for so many slots in the beginning of the two kinds of indexes: powers of two. A small one is a list; V8 would get a typed
 * array of this size by the allocator of C.
 */
const SMALL_BITS = 5;
const MAX_SMALL_BITS = 7;
const MIN_BITS = 10;

/** So many keys a small one has room for. */
const MAX_SMALL_COUNT = Math.floor((2 << MAX_SMALL_BITS) / 3);

/** 2^32 by the golden ratio: neighbours are scattered, and multiples of a power of two, too (Knuth, 6.4). */
const GOLDEN = 0x9e3779b1;

/** Small ones begin as copies of these. */
const FREE: readonly number[] = Array.from({ length: 1 << MAX_SMALL_BITS }, () => 0);
const FEW_FREE: readonly number[] = FREE.slice(0, 1 << SMALL_BITS);

/**
 * An index of a few dozen integers. The methods are written out in both classes: V8 compiles each for one kind of list
 * (sets of fifty integers made anew: 0.8 of the time that typed arrays take; the large ones are slower when both kinds come by).
 */
export class SmallIntegerIndex {
  private bits = SMALL_BITS;
  private count = 0;
  /** Slots + 1; 0 where a place is free. */
  private places = FEW_FREE.slice();

  /** As that of `IntegerIndex`. */
  get(keys: readonly unknown[], key: number): number | undefined {
    const { places } = this;
    const last = places.length - 1;
    let place = Math.imul(key, GOLDEN) >>> (32 - this.bits);
    for (;;) {
      const slot = places[place] as number;
      if (slot === 0) return undefined;
      if (keys[slot - 1] === key) return slot - 1;
      place = (place + 1) & last;
    }
  }

  /** As that of `IntegerIndex`, if there is room. Whether there is. */
  add(keys: readonly unknown[], key: number, slot: number): boolean {
    if (3 * this.count >= 2 * this.places.length) {
      if (this.bits === MAX_SMALL_BITS) return false;
      const { places } = this;
      this.bits = MAX_SMALL_BITS;
      this.places = FREE.slice();
      for (const other of places) if (other !== 0) this.put(keys[other - 1] as number, other);
    }
    this.count++;
    this.put(key, slot + 1);
    return true;
  }

  clear(): void {
    this.places.fill(0);
    this.count = 0;
  }

  private put(key: number, slot: number): void {
    const { places } = this;
    const last = places.length - 1;
    let place = Math.imul(key, GOLDEN) >>> (32 - this.bits);
    while (places[place] !== 0) place = (place + 1) & last;
    places[place] = slot;
  }
}

/** An index of any number of integers. */
export class IntegerIndex {
  private bits = MIN_BITS;
  private count = 0;
  /** Slots + 1; 0 where a place is free. */
  private places = new Int32Array(1 << MIN_BITS);

  /**
   * @param keys Of the slots.
   * @param key An integer of 32 bits.
   * @returns Its slot; `undefined` when it has none.
   */
  get(keys: readonly unknown[], key: number): number | undefined {
    const { places } = this;
    const last = places.length - 1;
    let place = Math.imul(key, GOLDEN) >>> (32 - this.bits);
    for (;;) {
      const slot = places[place] as number;
      if (slot === 0) return undefined;
      if (keys[slot - 1] === key) return slot - 1;
      place = (place + 1) & last;
    }
  }

  /** @param key One that is not there, and is or will be in this slot. */
  add(keys: readonly unknown[], key: number, slot: number): true {
    // Never more than two thirds full.
    if (3 * this.count >= 2 * this.places.length) this.grow(keys);
    this.count++;
    this.put(key, slot + 1);
    return true;
  }

  /** Forgets all keys, but keeps the room for them. */
  clear(): void {
    this.places.fill(0);
    this.count = 0;
  }

  private put(key: number, slot: number): void {
    const { places } = this;
    const last = places.length - 1;
    let place = Math.imul(key, GOLDEN) >>> (32 - this.bits);
    while (places[place] !== 0) place = (place + 1) & last;
    places[place] = slot;
  }

  private grow(keys: readonly unknown[]): void {
    const { places } = this;
    this.bits++;
    this.places = new Int32Array(1 << this.bits);
    for (const slot of places) if (slot !== 0) this.put(keys[slot - 1] as number, slot);
  }
}

/**
 * What takes the place of an index as long as the keys of all slots are so far from each other as the first two: years, every tenth
 * number, ports, a list that begins at a million.
 */
export class ProgressionIndex {
  private readonly first: number;
  private readonly step: number;
  private count: number;

  private constructor(first: number, step: number, count: number) {
    this.first = first;
    this.step = step;
    this.count = count;
  }

  /**
   * @param keys Of the slots.
   * @param count How many of them to look at; at least two.
   * @param next The key of the slot behind those.
   * @returns `undefined` where they are anything else.
   */
  static of(keys: readonly unknown[], count: number, next: number): ProgressionIndex | undefined {
    const [first, second] = keys;
    if (!isInt32(first) || !isInt32(second)) return undefined;
    const step = second - first;
    if (next !== first + count * step) return undefined;
    for (let slot = 2; slot < count; slot++) {
      if (keys[slot] !== first + slot * step) return undefined;
    }
    return new ProgressionIndex(first, step, count);
  }

  /** As that of `IntegerIndex`. */
  get(_keys: readonly unknown[], key: number): number | undefined {
    const slot = (key - this.first) / this.step;
    return slot >= 0 && slot < this.count && (slot | 0) === slot ? slot : undefined;
  }

  /** As that of `IntegerIndex`, if it goes on as before. Whether it does. */
  add(_keys: readonly unknown[], key: number, slot: number): boolean {
    if (slot !== this.count || key !== this.first + slot * this.step) return false;
    this.count++;
    return true;
  }
}

export type AnyIntegerIndex = IntegerIndex | SmallIntegerIndex | ProgressionIndex;

/**
 * What is there in place of an index that did not take a key, with this key.
 *
 * @param index `undefined` where none was needed before.
 * @param keys Of the slots; all integers among them, up to this one, are or will be in the index.
 * @param key An integer of 32 bits.
 * @param slot Its slot, behind some that have integers.
 */
export function nextIndex(
  index: AnyIntegerIndex | undefined,
  keys: readonly unknown[],
  key: number,
  slot: number,
): AnyIntegerIndex {
  const progression = index === undefined ? ProgressionIndex.of(keys, slot, key) : undefined;
  const isSmall = !(index instanceof SmallIntegerIndex) && slot < MAX_SMALL_COUNT;
  const next =
    progression ?? filled(isSmall ? new SmallIntegerIndex() : new IntegerIndex(), keys, slot);
  next.add(keys, key, slot);
  return next;
}

function filled<Index extends IntegerIndex | SmallIntegerIndex>(
  index: Index,
  keys: readonly unknown[],
  end: number,
): Index {
  for (let slot = 0; slot < end; slot++) {
    const key = keys[slot];
    if (isInt32(key)) index.add(keys, key, slot);
  }
  return index;
}

/** Whether a key is for these indexes. */
export function isInt32(key: unknown): key is number {
  return typeof key === "number" && (key | 0) === key;
}
