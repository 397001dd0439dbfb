/** `ngx.shared`: dictionaries that all functions of a server share, as OpenResty has them. */
import { current } from "../../../core/current.ts";
import { typeOf } from "../../../core/metatable.ts";
import { stringToNumber } from "../../../core/number.ts";
import type { LuaState } from "../../../core/state.ts";
import { checkYieldable, waitFor } from "../../../core/suspend.ts";
import { LuaTable } from "../../../core/table.ts";
import { toText } from "../../../core/toText.ts";
import type { LuaValue, Results } from "../../../core/value.ts";
import { callerError } from "../../../stdlib/arguments.ts";
import { defineLibrary, libraryTable } from "../../../stdlib/library.ts";
import {
  DictError,
  type DictCommand,
  type DictReply,
  type DictRequest,
  type DictValue,
  type SharedDict,
} from "../../../sharedDicts/index.ts";

const MAX_KEY_LENGTH = 65_535;
const DEFAULT_KEY_COUNT = 1024;

const sharedLibrary = defineLibrary("ngx.shared", {
  /** The value of a key, and its flags if it was stored with some; nil when there is none. @signature (self, key) */
  get: (self, key) => about(self, key, "get"),

  /** As `get`, also for what has expired and is still there; whether it has is a third result. @signature (self, key) */
  get_stale: (self, key) => about(self, key, "get_stale"),

  /**
   * Stores a string, number or boolean, for so many seconds, or for ever with 0. True, nil, and whether others had to go to make
   * room, those first that were not used for longest; false and "no memory" for what is larger than all of the dictionary.
   *
   * @signature (self, key, value [, ttl [, flags]])
   * @throws LuaError 'bad "exptime" argument'
   */
  set: (self, key, ...values) => store(self, key, "set", values),

  /** As `set`; but false and "no memory" where others would have to go. @signature (self, key, value [, ttl [, flags]]) */
  safe_set: (self, key, ...values) => store(self, key, "safe_set", values),

  /** As `set`; but false and "exists" when there is such a key. @signature (self, key, value [, ttl [, flags]]) */
  add: (self, key, ...values) => store(self, key, "add", values),

  /** As `add`; but false and "no memory" where others would have to go. @signature (self, key, value [, ttl [, flags]]) */
  safe_add: (self, key, ...values) => store(self, key, "safe_add", values),

  /** As `set`; but false and "not found" when there is no such key. @signature (self, key, value [, ttl [, flags]]) */
  replace: (self, key, ...values) => store(self, key, "replace", values),

  /** Removes a key. @signature (self, key) */
  delete: (self, key) => store(self, key, "set", []),

  /**
   * Adds to a number: what it is then. Nil and "not found" when there is none, unless there is a number to begin with;
   * nil and "not a number" for anything else.
   *
   * @signature (self, key, value [, initial [, initialTtl]])
   * @throws LuaError "bad value arg: number expected, got nil"
   */
  incr: (self, key, ...values) => {
    const [value, initial, ttl] = values;
    const amount = toNumber(value, "value");
    const first =
      initial === undefined || initial === false ? undefined : toNumber(initial, "init");
    if (ttl !== undefined && first === undefined) {
      return callerError('must provide "init" when providing "init_ttl"');
    }
    const ttlMs = toMilliseconds(ttl, "init_ttl");
    return about(self, key, "incr", { value: amount, initial: first, ttlMs });
  },

  /** Puts a string or number in front of a list: how long it is then. Nil and "value not a list" when the key has another value. @signature (self, key, value) */
  lpush: (self, key, value) => push(self, key, value, "lpush"),

  /** As `lpush`, at the end. @signature (self, key, value) */
  rpush: (self, key, value) => push(self, key, value, "rpush"),

  /** Takes the first element of a list; nil when there is none. @signature (self, key) */
  lpop: (self, key) => about(self, key, "lpop"),

  /** Takes the last element of a list; nil when there is none. @signature (self, key) */
  rpop: (self, key) => about(self, key, "rpop"),

  /** How long a list is; 0 when there is none. @signature (self, key) */
  llen: (self, key) => about(self, key, "llen"),

  /** How many seconds a key is still there; 0 if for ever, nil and "not found" when it is not. @signature (self, key) */
  ttl: (self, key) => about(self, key, "ttl"),

  /** Lets a key be there for so many seconds from now, for ever with 0. True, or nil and "not found". @signature (self, key, ttl) @throws LuaError 'bad "exptime" argument' */
  expire: (self, key, ttl) => {
    if (ttl === undefined) return callerError('bad "exptime" argument');
    return about(self, key, "expire", { ttlMs: toMilliseconds(ttl, "exptime") });
  },

  /** Lets all keys expire. @signature (self) */
  flush_all: (self) => send(checkDict(self), { command: "flush_all", key: "" }),

  /** Removes what has expired, so many at most: how many there were. @signature (self [, maximum]) */
  flush_expired: (self, maximum) => {
    const request = { key: "", maximum: toCount(maximum, 0) };
    return send(checkDict(self), { command: "flush_expired", ...request });
  },

  /** A list of the keys, so many at most: 1024 unless told otherwise, all with 0. @signature (self [, maximum]) */
  get_keys: (self, maximum) => {
    const request = { key: "", maximum: toCount(maximum, DEFAULT_KEY_COUNT) };
    return send(checkDict(self), { command: "get_keys", ...request }, listOf);
  },

  /** Its size in bytes, as the settings have it. @signature (self) */
  capacity: (self) => send(checkDict(self), { command: "capacity", key: "" }),

  /** How many bytes are free; what has expired is not. @signature (self) */
  free_space: (self) => send(checkDict(self), { command: "free_space", key: "" }),
});

const tables = new WeakMap<LuaState, LuaTable>();
const dicts = new WeakMap<LuaTable, SharedDict>();

/** The table `ngx.shared` of a state; empty until it is filled. */
export function openShared(state: LuaState): LuaTable {
  let table = tables.get(state);
  if (table === undefined) tables.set(state, (table = new LuaTable()));
  return table;
}

export function fillShared(state: LuaState, named: ReadonlyMap<string, SharedDict>): void {
  const metatable = new LuaTable();
  metatable.setString("__index", libraryTable(sharedLibrary));
  const shared = openShared(state);
  for (const [name, dict] of named) {
    const object = new LuaTable();
    object.metatable = metatable;
    dicts.set(object, dict);
    shared.setString(name, object);
  }
}

function checkDict(value: LuaValue): SharedDict {
  const dict = value instanceof LuaTable ? dicts.get(value) : undefined;
  return dict ?? callerError('bad "zone" argument');
}

function send(
  dict: SharedDict,
  request: DictRequest,
  make: (reply: DictReply) => Results = (reply) => [...reply],
): Results {
  // Before it is done, and the call fails all the same.
  if (dict.isAway) checkYieldable(undefined);
  const reply = dict.request(request);
  if (!(reply instanceof Promise)) return make(reply);
  const { state } = current;
  return waitFor(
    reply.then(
      (each) => state.enter(() => make(each)),
      (error: unknown) => {
        if (error instanceof DictError) return [undefined, error.message];
        throw error;
      },
    ),
  );
}

function listOf(keys: DictReply): LuaTable {
  const list = new LuaTable();
  for (const key of keys) list.push(key);
  return list;
}

function about(
  self: LuaValue,
  key: LuaValue,
  command: DictCommand,
  rest: Omit<DictRequest, "command" | "key"> = {},
): Results {
  const dict = checkDict(self);
  if (key === undefined) return [undefined, "nil key"];
  const text = toText(key);
  if (text === "") return [undefined, "empty key"];
  if (text.length > MAX_KEY_LENGTH) return [undefined, "key too long"];
  return send(dict, { command, key: text, ...rest });
}

function store(
  self: LuaValue,
  key: LuaValue,
  command: DictCommand,
  [value, ttl, flags]: readonly LuaValue[],
): Results {
  checkDict(self);
  const ttlMs = toMilliseconds(ttl, "exptime");
  if (value !== undefined && !isDictValue(value)) return [undefined, "bad value type"];
  const number = flags === undefined || flags === false ? 0 : toNumber(flags, "flags");
  return about(self, key, command, { value, ttlMs, flags: number >>> 0 });
}

function push(self: LuaValue, key: LuaValue, value: LuaValue, command: DictCommand): Results {
  checkDict(self);
  if (typeof value !== "string" && typeof value !== "number") return [undefined, "bad value type"];
  return about(self, key, command, { value });
}

function isDictValue(value: LuaValue): value is DictValue {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function toNumber(value: LuaValue, name: string): number {
  const number = typeof value === "string" ? stringToNumber(value) : value;
  if (typeof number === "number") return number;
  return callerError(`bad ${name} arg: number expected, got ${typeOf(value)}`);
}

function toMilliseconds(value: LuaValue, name: string): number {
  if (value === undefined || value === false) return 0;
  const seconds = toNumber(value, name);
  return seconds >= 0 ? Math.trunc(seconds * 1000) : callerError(`bad "${name}" argument`);
}

function toCount(value: LuaValue, otherwise: number): number {
  return value === undefined ? otherwise : Math.max(0, Math.trunc(toNumber(value, "maximum")));
}
