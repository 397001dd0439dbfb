/**
 * What a Lua value is in JavaScript.
 *
 * | Lua              | JavaScript                                                     |
 * | ---------------- | -------------------------------------------------------------- |
 * | nil              | `undefined`                                                    |
 * | boolean, number  | the same                                                       |
 * | string           | a string with one char per byte (char codes 0 to 255)          |
 * | function         | a bare function; missing arguments are `undefined`             |
 * | table            | `LuaTable`                                                     |
 * | userdata, thread | objects laid out like a `LuaTable`: emitted code takes what    |
 * |                  | has `.fields` or `.array`, of any value but nil, for an object |
 *
 * A JavaScript array is never a Lua value: it is how a call gives back none or several results,
 * how it says that it suspended (`SUSP`) and how it hands a tail call to its caller (`tailCall`).
 * `null` is never a Lua value either.
 */
import type { LuaTable } from "./table.ts";
import type { LuaThread, LuaUserdata } from "./userdata.ts";

export type LuaValue =
  undefined | boolean | number | string | LuaFunction | LuaTable | LuaUserdata | LuaThread;

/** Any value with a table-like layout. */
export type LuaObject = LuaTable | LuaUserdata | LuaThread;

/** Any value that is collected when nothing refers to it. */
export type LuaReference = LuaObject | LuaFunction;

/**
 * What a call gives back: the bare value when there is exactly one result, an array when there are
 * none or several. Whoever calls must pass it through `settle` or `settleAll` (call.ts), which also
 * run pending tail calls. A result array belongs to whoever made it: never change one received.
 */
export type Results = LuaValue | readonly LuaValue[];

export type LuaFunction = (...values: LuaValue[]) => Results;

/** The name of a value's type, as `type` gives it. */
export type TypeName =
  "nil" | "boolean" | "number" | "string" | "function" | "table" | "userdata" | "thread";
