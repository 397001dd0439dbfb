/**
 * The hash part of a table: a map that remembers insertion order and lets entries be removed while
 * somebody walks it. A key has a slot; a removed entry leaves its slot behind with no value, and
 * only an insertion may compact. So `next` can go on from a key that was just removed (manual 5.1,
 * `next`), and a walk is an index into two dense arrays.
 */
import type { LuaValue } from "./value.ts";

/** Below this many slots, compaction is not worth its while. */
const MIN_COMPACTED_SLOTS = 16;

export class OrderedHash {
  /** Set for an environment: string keys belong here even where they are field names. */
  readonly claimsStrings: boolean = false;
  /** The key of each slot. */
  keys: LuaValue[] = [];
  /** The value of each slot; `undefined` where the entry was removed. */
  protected values: LuaValue[] = [];
  private slots = new Map<LuaValue, number>();
  private liveCount = 0;

  get(key: LuaValue): LuaValue {
    const slot = this.slots.get(key);
    return slot === undefined ? undefined : this.values[slot];
  }

  /** Stores a value under a key; neither may be nil. */
  set(key: LuaValue, value: LuaValue): void {
    const slot = this.slots.get(key);
    if (slot !== undefined) {
      if (this.values[slot] === undefined) this.liveCount++;
      this.values[slot] = value;
      return;
    }
    if (this.keys.length >= MIN_COMPACTED_SLOTS && this.liveCount < this.keys.length >> 1) {
      this.compact();
    }
    this.slots.set(key, this.keys.length);
    // -0 and 0 are one key, and 0 is what a walk shows.
    this.keys.push(key === 0 ? 0 : key);
    this.values.push(value);
    this.liveCount++;
  }

  delete(key: LuaValue): void {
    const slot = this.slots.get(key);
    if (slot === undefined || this.values[slot] === undefined) return;
    this.values[slot] = undefined;
    this.liveCount--;
  }

  /** The slot of a key, also of a removed one; `undefined` for a key that was never there. */
  slotOf(key: LuaValue): number | undefined {
    return this.slots.get(key);
  }

  /** The value in a slot; `undefined` where the entry was removed. */
  valueAt(slot: number): LuaValue {
    return this.values[slot];
  }

  private compact(): void {
    const { keys, values } = this;
    this.keys = [];
    this.values = [];
    this.slots = new Map();
    for (let slot = 0; slot < keys.length; slot++) {
      if (values[slot] === undefined) continue;
      this.slots.set(keys[slot], this.keys.length);
      this.keys.push(keys[slot]);
      this.values.push(values[slot]);
    }
  }
}
