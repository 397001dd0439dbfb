/**
 * The module `resty.lrucache`, also known as `resty.lrucache.pureffi`: a cache in the memory of one process, which
 * forgets what was not used for longest when it is full. Values are kept as they are, tables among them.
 */
import { NONE } from "../../core/call.ts";
import { current } from "../../core/current.ts";
import type { LuaState } from "../../core/state.ts";
import { LuaTable } from "../../core/table.ts";
import type { LuaValue } from "../../core/value.ts";
import { callerError, checkNumber, checkTable, optionalNumber } from "../../stdlib/arguments.ts";
import { defineLibrary, libraryTable } from "../../stdlib/library.ts";
import { nowMs } from "../ngx/time.ts";

const MAX_FLAGS = 2 ** 32;

const lrucacheLibrary = defineLibrary("resty.lrucache", {
  /** A cache for so many items; nil and a message for less than one. Call it once, at the top of a file. */
  new: (size) => {
    const capacity = Math.floor(checkNumber(size, 1));
    if (!(capacity >= 1)) return [undefined, "size too small"];
    const object = new LuaTable();
    object.metatable = metatables.get(current.state);
    caches.set(object, new LruCache(capacity));
    return object;
  },

  /**
   * The value of a key, nil, and its flags: 0 unless it was stored with others. Nil, the value as it was, and its flags when its
   * time is over; nothing but nil when there is none.
   *
   * @signature (self, key)
   */
  get: (self, key) => {
    const item = checkCache(self).use(key);
    if (item === undefined) return undefined;
    const { value, expiresAtMs, flags } = item;
    return expiresAtMs < nowMs() ? [undefined, value, flags] : [value, undefined, flags];
  },

  /**
   * Stores a value, for so many seconds (fractions count) or, without, until there is no room for it. Flags are a number, which `get`
   * gives with it.
   *
   * @signature (self, key, value [, ttl [, flags]])
   * @throws LuaError "table index is nil"
   */
  set: (self, ...values) => {
    const cache = checkCache(self);
    const [key, value, ttl, flags] = values;
    if (key === undefined) return callerError("table index is nil");
    if (typeof key === "number" && Number.isNaN(key)) return callerError("table index is NaN");
    const seconds = optionalNumber(ttl, 4, Infinity);
    const isFlags = typeof flags === "number" && flags >= 0 && flags < MAX_FLAGS;
    cache.store(key, {
      value,
      expiresAtMs: nowMs() + seconds * 1000,
      flags: isFlags ? Math.trunc(flags) : 0,
    });
    return NONE;
  },

  /** Forgets a key: whether there was one. @signature (self, key) */
  delete: (self, key) => checkCache(self).items.delete(key),

  /** Forgets all. @signature (self) */
  flush_all: (self) => {
    checkCache(self).items.clear();
    return NONE;
  },

  /** How many items there are, those whose time is over among them. @signature (self) */
  count: (self) => checkCache(self).items.size,

  /** How many there can be. @signature (self) */
  capacity: (self) => checkCache(self).capacity,

  /**
   * A list of keys, those first that were used last: so many at most, or all of them with nil and 0. A list that is given is
   * filled in place of a new one.
   *
   * @signature (self [, maximum [, list]])
   */
  get_keys: (self, maximum, list) => {
    const { items } = checkCache(self);
    const count = Math.floor(optionalNumber(maximum, 2, 0));
    const keys = [...items.keys()].reverse().slice(0, count > 0 ? count : items.size);
    const result = list === undefined ? new LuaTable() : checkTable(list, 3);
    keys.forEach((key, index) => result.setNumber(index + 1, key));
    // Behind them is what a list that was given had before.
    result.setNumber(keys.length + 1, undefined);
    return result;
  },
});

const metatables = new WeakMap<LuaState, LuaTable>();
const caches = new WeakMap<LuaTable, LruCache>();

/** Makes the module's table, which is the same by both names. */
export function openLrucache(state: LuaState): LuaTable {
  const known = metatables.get(state)?.getString("__index");
  if (known instanceof LuaTable) return known;
  const table = libraryTable(lrucacheLibrary);
  const metatable = new LuaTable();
  metatable.setString("__index", table);
  metatables.set(state, metatable);
  return table;
}

interface Item {
  readonly value: LuaValue;
  /** Infinite when it does not expire. */
  readonly expiresAtMs: number;
  readonly flags: number;
}

class LruCache {
  readonly capacity: number;
  /** In order of use: the one that was not used for longest is the first. */
  readonly items = new Map<LuaValue, Item>();

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  use(key: LuaValue): Item | undefined {
    const item = this.items.get(key);
    if (item === undefined) return undefined;
    this.items.delete(key);
    this.items.set(key, item);
    return item;
  }

  store(key: LuaValue, item: Item): void {
    const isKnown = this.items.delete(key);
    if (!isKnown && this.items.size >= this.capacity) {
      for (const [oldest] of this.items) {
        this.items.delete(oldest);
        break;
      }
    }
    this.items.set(key, item);
  }
}

function checkCache(value: LuaValue): LruCache {
  const cache = value instanceof LuaTable ? caches.get(value) : undefined;
  return cache ?? callerError("not a cache: call it with ':', on what 'new' gave");
}
