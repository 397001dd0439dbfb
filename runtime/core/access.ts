/** Reading and writing `t[k]` with metamethods (manual 2.8, events "index" and "newindex"). */
import { asResults, call, callMetamethod, first, type Pending } from "./call.ts";
import { fault } from "./error.ts";
import { refuse } from "./refuse.ts";
import { NO_FIELDS } from "./fields.ts";
import { EVENT, heritageOf, noteInheritance } from "./heritage.ts";
import { metamethod } from "./metatable.ts";
import { Sampler } from "./sampler.ts";
import { LuaTable } from "./table.ts";
import type { LuaValue, Results } from "./value.ts";

/** So many `__index` or `__newindex` may follow each other; LuaJIT's LJ_MAX_IDXCHAIN. */
const MAX_CHAIN = 100;

/** Of lookups by metatables whose handlers are not known. */
const sampler = new Sampler();

/** @throws LuaError "attempt to index a nil value" and the like */
export function getIndex(object: LuaValue, key: LuaValue): LuaValue | Pending {
  let holder = object;
  for (let hops = 0; hops < MAX_CHAIN; hops++) {
    let handler: LuaValue;
    if (holder instanceof LuaTable) {
      const value = holder.get(key);
      const { metatable } = holder;
      if (value === undefined && metatable !== undefined) {
        handler = handlerIn(metatable, EVENT.index, "__index");
      }
      if (handler === undefined) {
        if (hops > 0 && typeof key === "string") noteInherited(object);
        return value;
      }
    } else {
      handler = metamethod(holder, "__index");
      if (handler === undefined) return refuse.index(holder, hops === 0);
    }
    if (typeof handler === "function") return callMetamethod(handler, holder, key);
    holder = handler;
  }
  return fault.message("loop in gettable");
}

/** `getIndex` as a function, for builtins that can't be resumed (`callFirst`). */
export function indexed(object: LuaValue, key: LuaValue): Results {
  return asResults(getIndex(object, key));
}

/** @throws LuaError "attempt to index a nil value", "table index is nil" and the like */
export function setIndex(object: LuaValue, key: LuaValue, value: LuaValue): undefined | Pending {
  let holder = object;
  for (let hops = 0; hops < MAX_CHAIN; hops++) {
    let handler: LuaValue;
    if (holder instanceof LuaTable) {
      const { metatable } = holder;
      if (metatable !== undefined) handler = newindexOf(metatable);
      if (handler === undefined || holder.get(key) !== undefined) {
        rawSet(holder, key, value);
        return undefined;
      }
    } else {
      handler = metamethod(holder, "__newindex");
      if (handler === undefined) return refuse.index(holder, hops === 0);
    }
    if (typeof handler === "function") {
      const result = first(call(handler, holder, key, value));
      // The handler's results are dropped, but not that it suspended.
      return result === null ? null : undefined;
    }
    holder = handler;
  }
  return fault.message("loop in settable");
}

/** The handler of "newindex" in a metatable. */
export function newindexOf(metatable: LuaTable): LuaValue {
  return handlerIn(metatable, EVENT.newindex, "__newindex");
}

/**
 * Without what a metatable that is used once would cost: of those that others inherit nothing by, every so many-th lookup makes
 * the handlers of its metatable known.
 */
function handlerIn(metatable: LuaTable, event: number, key: string): LuaValue {
  const { heritage } = metatable;
  if (heritage !== undefined) return heritage.handler(event);
  return sampler.picks() ? heritageOf(metatable).handler(event) : metatable.getString(key);
}

/** A lookup went by the metatable of a value: the next one may be faster. */
function noteInherited(object: LuaValue): void {
  if (!(object instanceof LuaTable) || object.inherited !== NO_FIELDS) return;
  if (object.metatable !== undefined) noteInheritance(object, object.metatable);
}

/** `rawset`. @throws LuaError "table index is nil", "table index is NaN" */
export function rawSet(table: LuaTable, key: LuaValue, value: LuaValue): void {
  if (key === undefined) fault.message("table index is nil");
  if (key !== key) fault.message("table index is NaN");
  table.set(key, value);
}
