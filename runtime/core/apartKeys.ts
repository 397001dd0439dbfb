/**
 * Keys of a hash that have no slots in its map: key 0, with which many lists begin, and what is left of a list that is
 * used as a queue (integerQueue.ts). Both come before all other keys in a walk.
 */
import { IntegerQueue } from "./integerQueue.ts";
import type { LuaValue } from "./value.ts";

export class ApartKeys {
  /** The value of key 0. */
  private zeroth: LuaValue = undefined;
  /** Whether key 0 ever had one. */
  private hadZeroth = false;
  /** How many entries there are. */
  liveCount = 0;
  queue: IntegerQueue | undefined = undefined;

  /** How many places the queue has, those of removed entries included. */
  get queueLength(): number {
    return this.queue === undefined ? 0 : this.queue.length;
  }

  get(key: number): LuaValue {
    if (key === 0) return this.zeroth;
    return this.queue === undefined ? undefined : this.queue.get(key);
  }

  /** The place of a key, also of a removed one; -1 for key 0; `undefined` for a key that is not among these. */
  slotOf(key: number): number | undefined {
    if (key === 0) return this.hadZeroth ? -1 : undefined;
    const place = this.queue === undefined ? -1 : this.queue.placeOf(key);
    return place < 0 ? undefined : place;
  }

  /** @param value Not nil. */
  setZeroth(value: LuaValue): void {
    if (this.zeroth === undefined) this.liveCount++;
    this.zeroth = value;
    this.hadZeroth = true;
  }

  /** Removes the entry of a key, if it is among these. Whether it is. */
  delete(key: number): boolean {
    if (key === 0) {
      if (this.zeroth !== undefined) this.liveCount--;
      this.zeroth = undefined;
      return true;
    }
    const { queue } = this;
    if (queue === undefined) return false;
    if (queue.removeFirst(key)) {
      this.liveCount--;
      return true;
    }
    const place = queue.placeOf(key);
    if (place < 0) return false;
    if (queue.valueAt(place) !== undefined) this.liveCount--;
    queue.put(place, undefined);
    return true;
  }

  /**
   * Takes what is left of a list.
   *
   * @param base The key before the first item.
   * @param count Of the items that are not `undefined`.
   */
  takeQueue(base: number, items: LuaValue[], count: number): void {
    this.queue = new IntegerQueue(base, items);
    this.liveCount += count;
  }

  /** Stores a value that is not nil in a place that is there. Whether the key has one. */
  replace(key: number, value: LuaValue): boolean {
    const { queue } = this;
    const place = queue === undefined ? -1 : queue.placeOf(key);
    if (queue === undefined || place < 0) return false;
    if (queue.valueAt(place) === undefined) this.liveCount++;
    queue.put(place, value);
    return true;
  }

  /** Adds an entry behind the last place of the queue, if this is its key. Whether it was. */
  addLast(key: number, value: LuaValue): boolean {
    const { queue } = this;
    if (key !== queue?.end) return false;
    queue.push(value);
    this.liveCount++;
    return true;
  }
}
