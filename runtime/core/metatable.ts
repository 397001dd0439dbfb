/** Metatables and the events they hold (manual 2.8). */
import { current } from "./current.ts";
import { inheritFrom } from "./fields.ts";
import { heritageOf } from "./heritage.ts";
import { LuaTable } from "./table.ts";
import { LuaThread, LuaUserdata } from "./userdata.ts";
import type { LuaFunction, LuaValue, TypeName } from "./value.ts";

export type EventName =
  | "__add"
  | "__sub"
  | "__mul"
  | "__div"
  | "__mod"
  | "__pow"
  | "__unm"
  | "__concat"
  | "__len"
  | "__eq"
  | "__lt"
  | "__le"
  | "__index"
  | "__newindex"
  | "__call"
  | "__tostring"
  | "__metatable"
  | "__pairs"
  | "__ipairs"
  | "__name";

/** Metatables of the types whose values have none of their own. One set per state. */
export type TypeMetatables = Partial<Record<TypeName, LuaTable>>;

export function typeOf(value: LuaValue): TypeName {
  switch (typeof value) {
    case "undefined":
      return "nil";
    case "object":
      if (value instanceof LuaTable) return "table";
      return value instanceof LuaThread ? "thread" : "userdata";
    default:
      return typeof value as "boolean" | "number" | "string" | "function";
  }
}

export function metatableOf(value: LuaValue): LuaTable | undefined {
  if (value instanceof LuaTable || value instanceof LuaUserdata) return value.metatable;
  return current.state.typeMetatables[typeOf(value)];
}

/** As `metamethod`, for the events that are asked for often. @param event One of `EVENT`. */
export function handlerOf(value: LuaValue, event: number): LuaValue {
  const metatable = metatableOf(value);
  return metatable === undefined ? undefined : heritageOf(metatable).handler(event);
}

/** A handler that is a function, if it is at hand: `handlerOf` finds others. @param event One of `EVENT`. */
export function knownHandler(table: LuaTable, event: number): LuaFunction | undefined {
  const handler = table.metatable?.heritage?.handlers[event];
  return typeof handler === "function" ? handler : undefined;
}

/** Gives all values of a type but tables and userdata a metatable, or none. */
export function setTypeMetatable(
  type: TypeName,
  metatable: LuaTable | undefined,
  state = current.state,
): void {
  if (metatable === undefined) Reflect.deleteProperty(state.typeMetatables, type);
  else state.typeMetatables[type] = metatable;
  if (type !== "string") return;
  inheritFrom(state.stringFields, metatable && heritageOf(metatable).ownView());
}

/** The handler of an event, raw; `undefined` when there is none. */
export function metamethod(value: LuaValue, event: EventName): LuaValue {
  const metatable = metatableOf(value);
  return metatable === undefined ? undefined : metatable.getString(event);
}
