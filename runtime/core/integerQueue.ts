/**
 * A run of integer keys that does not begin at 1: what is left of a list that is used as a queue, from whose head
 * entries are removed while others are added behind its end. A dense array from an offset on, so that neither end
 * costs a hash lookup; a removed entry leaves its place behind, and only an addition drops the places before
 * the first entry (`slice`, measured 10 times as fast as a Map, and twice as fast as a ring).
 */
import type { LuaValue } from "./value.ts";

/** With fewer places before the first entry they stay. */
const MIN_DROPPED = 32;

export class IntegerQueue {
  /** The key before the first place. */
  private base: number;
  /** The value of each place; `undefined` where the entry was removed. */
  private items: LuaValue[];
  /** Places before the first entry. */
  private head = 0;

  constructor(base: number, items: LuaValue[]) {
    this.base = base;
    this.items = items;
  }

  /** How many places there are, those of removed entries included. */
  get length(): number {
    return this.items.length;
  }

  /** The key behind the last place. */
  get end(): number {
    return this.base + this.items.length + 1;
  }

  get(key: number): LuaValue {
    return this.items[key - this.base - 1];
  }

  /** The place of a key; -1 when it has none. */
  placeOf(key: number): number {
    const place = key - this.base - 1;
    return place >= 0 && place < this.items.length && Number.isInteger(place) ? place : -1;
  }

  keyAt(place: number): number {
    return this.base + place + 1;
  }

  valueAt(place: number): LuaValue {
    return this.items[place];
  }

  /** Stores the value of a place, or removes one that is not the first (`removeFirst`). */
  put(place: number, value: LuaValue): void {
    this.items[place] = value;
    if (value !== undefined && place < this.head) this.head = place;
  }

  /** Removes the first entry, if this is its key. Whether it was. */
  removeFirst(key: number): boolean {
    const { items, head } = this;
    if (key !== this.base + head + 1 || head >= items.length || items[head] === undefined)
      return false;
    items[head] = undefined;
    let next = head + 1;
    while (next < items.length && items[next] === undefined) next++;
    this.head = next;
    return true;
  }

  /** Adds the key behind the last place. */
  push(value: LuaValue): void {
    if (this.head >= MIN_DROPPED && this.head >= this.items.length >> 1) {
      this.items = this.items.slice(this.head);
      this.base += this.head;
      this.head = 0;
    }
    this.items.push(value);
  }
}
