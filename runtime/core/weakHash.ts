/**
 * The hash part of a table with weak keys or values (manual 2.10.2). Where the mode says weak, a
 * slot holds a WeakRef in place of a value that can be collected; all else is as in any hash. An
 * entry whose key or value is gone reads as removed, and an insertion sweeps such entries out, so
 * that a walk may go on whatever was collected meanwhile.
 *
 * As in Lua 5.1 a weak key does not make its value weak: an entry whose value refers to its key stays.
 */
import { noteWeakUse } from "./collector.ts";
import { CLAIMS, type StoredValue } from "./hash.ts";
import { ProxyIdentity } from "./proxyIdentity.ts";
import type { LuaReference, LuaValue } from "./value.ts";
import { WatchedHash, type Watcher } from "./watchedHash.ts";

/** What `__mode` says, as a sum. */
export const WEAK = { nothing: 0, keys: 1, values: 2 } as const;

/** At least so many slots are there before a sweep. */
const MIN_SWEPT_SLOTS = 16;

export class WeakHash extends WatchedHash {
  /** A sum of `WEAK`. */
  readonly mode: number;
  private readonly hasWeakKeys: boolean;
  private readonly hasWeakValues: boolean;
  /** Slots of weak keys. */
  private weakSlots = new WeakMap<LuaReference | ProxyIdentity, number>();
  private slotsBeforeSweep = MIN_SWEPT_SLOTS;
  /** Where `border` begins to look. */
  private lastBorder: number;

  /** @param length Of the list that it is to hold. */
  constructor(mode: number, watcher: Watcher | undefined, length: number) {
    super(watcher);
    this.open();
    this.slots = new Map();
    this.lastBorder = length;
    this.mode = mode;
    this.hasWeakKeys = (mode & WEAK.keys) !== 0;
    this.hasWeakValues = (mode & WEAK.values) !== 0;
  }

  override get claims(): number {
    return this.hasWeakValues ? CLAIMS.all : CLAIMS.nothing;
  }

  override get(key: LuaValue): LuaValue {
    const slot = this.slotOf(key);
    return slot === undefined ? undefined : strong(this.values[slot]);
  }

  override slotOf(key: LuaValue): number | undefined {
    return this.hasWeakKeys && isReference(key)
      ? this.weakSlots.get(lasting(key))
      : this.slots.get(key);
  }

  override keyAt(slot: number): LuaValue {
    return strong(this.keys[slot]);
  }

  override valueAt(slot: number): LuaValue {
    const value = strong(this.values[slot]);
    if (value === undefined || this.keyAt(slot) !== undefined) return value;
    // A collected key takes its entry with it, and so the value.
    if (!this.isKept(slot)) this.values[slot] = undefined;
    return undefined;
  }

  /** Whether an entry is there for a finalizer at least. */
  private isKept(slot: number): boolean {
    const key = this.keys[slot];
    return !(key instanceof WeakRef) || targetOf(key) !== undefined;
  }

  protected override store(key: LuaValue, value: LuaValue): void {
    const stored = this.hasWeakValues && isReference(value) ? weak(value) : value;
    if (typeof key === "number") this.noteNumber(key);
    const slot = this.slotOf(key);
    if (slot !== undefined) {
      this.values[slot] = stored;
      return;
    }
    if (this.keys.length >= this.slotsBeforeSweep) this.sweep();
    this.add(key, stored);
  }

  private add(key: LuaValue, value: StoredValue): void {
    const slot = this.keys.length;
    if (this.hasWeakKeys && isReference(key)) {
      this.weakSlots.set(lasting(key), slot);
      this.keys.push(weak(lasting(key)));
    } else {
      this.slots.set(key, slot);
      this.keys.push(key === 0 ? 0 : key);
      if (typeof key === "number") this.numberCount++;
    }
    this.values.push(value);
  }

  protected override drop(key: LuaValue): void {
    const slot = this.slotOf(key);
    if (slot !== undefined) this.values[slot] = undefined;
  }

  override border(): number {
    if (!this.hasWeakValues) return 0;
    let border = this.lastBorder;
    if (border > 0 && this.get(border) === undefined) {
      let [full, empty] = [0, border];
      while (empty - full > 1) {
        const middle = (full + empty) >> 1;
        if (this.get(middle) === undefined) empty = middle;
        else full = middle;
      }
      border = full;
    } else {
      while (this.get(border + 1) !== undefined) border++;
    }
    this.lastBorder = border;
    return border;
  }

  /** Gives up the slots of entries that are gone. */
  private sweep(): void {
    const { keys, values } = this;
    this.keys = [];
    this.values = [];
    this.slots = new Map();
    this.weakSlots = new WeakMap();
    keys.forEach((key, slot) => {
      const value = values[slot];
      const target = key instanceof WeakRef ? targetOf(key) : key;
      if (target === undefined || strong(value) === undefined) return;
      if (key instanceof WeakRef) this.weakSlots.set(target as LuaReference, this.keys.length);
      else this.slots.set(key, this.keys.length);
      this.keys.push(key);
      this.values.push(value);
    });
    this.slotsBeforeSweep = Math.max(MIN_SWEPT_SLOTS, 2 * this.keys.length);
  }
}

function isReference(value: LuaValue): value is LuaReference {
  return typeof value === "object" || typeof value === "function";
}

/** What lasts as long as a key does. */
function lasting(key: LuaReference): LuaReference | ProxyIdentity {
  return "payload" in key && key.payload instanceof ProxyIdentity ? key.payload : key;
}

function weak<Target extends LuaReference | ProxyIdentity>(target: Target): WeakRef<Target> {
  noteWeakUse();
  return new WeakRef(target);
}

function strong(stored: StoredValue): LuaValue {
  if (!(stored instanceof WeakRef)) return stored;
  const target = targetOf(stored);
  return target instanceof ProxyIdentity ? target.userdata?.deref() : target;
}

function targetOf<Target extends object>(reference: WeakRef<Target>): Target | undefined {
  noteWeakUse();
  return reference.deref();
}
