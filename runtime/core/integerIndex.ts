/**
 * Which slot of a hash an integer has: open addressing with linear probing over the keys of the slots. A Map of V8 takes
 * longer for such keys and more room: it computes their hashes by a call, and follows chains (measured on the benchmark
 * `sparse`: 1.3 times the time of the whole program).
 * Keys are never removed one by one; a hash that has dropped entries builds its index anew.
 */

/** Room for so many slots in the beginning: a power of two. A larger typed array V8 would get by the allocator of C. */
const MIN_BITS = 4;

/** 2^32 by the golden ratio: neighbours are scattered, and multiples of a power of two, too (Knuth, 6.4). */
const GOLDEN = 0x9e3779b1;

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
  add(keys: readonly unknown[], key: number, slot: number): void {
    // Never more than two thirds full.
    if (3 * this.count >= 2 * this.places.length) this.grow(keys);
    this.count++;
    this.put(key, slot + 1);
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
    this.bits += places.length < 1 << 10 ? 3 : 1;
    this.places = new Int32Array(1 << this.bits);
    for (const slot of places) if (slot !== 0) this.put(keys[slot - 1] as number, slot);
  }
}
