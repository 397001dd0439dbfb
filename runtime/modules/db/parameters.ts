/** What Lua values are to PostgreSQL, as values of `$1`, `$2`, ... */
import { TableIterator } from "../../core/iterate.ts";
import type { LuaState } from "../../core/state.ts";
import { LuaTable } from "../../core/table.ts";
import { typeOf } from "../../core/metatable.ts";
import { LuaUserdata } from "../../core/userdata.ts";
import { decodeUtf8 } from "../../core/utf8.ts";
import type { LuaValue } from "../../core/value.ts";
import type { Parameter } from "../../database/database.ts";
import { encodeJson, JSON_NULL, JsonError } from "../../json/index.ts";
import { argumentError } from "../../stdlib/arguments.ts";
import { writeArray } from "./arrays.ts";
import { isArrayTable } from "./lists.ts";

/** Bytes, not text: what `db.bytea` makes. */
export class Bytes {
  readonly bytes: string;

  constructor(bytes: string) {
    this.bytes = bytes;
  }
}

/** An array of PostgreSQL, as text: what `db.array` makes. */
export class ArrayText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** JSON, as text: what `db.json` makes. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * @param argument Of the function that is running, for messages.
 * @throws LuaError "bad argument #2 to 'query' (...)"
 */
export function toParameter(value: LuaValue, argument: number, state: LuaState): Parameter {
  switch (typeof value) {
    case "undefined":
      return null;
    case "string":
      return toText(value, argument);
    case "number":
    case "boolean":
      return String(value);
    case "function":
      return refuse(value, argument);
    default:
      if (value === JSON_NULL) return null;
      if (value instanceof LuaTable) {
        return isArrayTable(state, value)
          ? toArrayText(value, argument)
          : toJsonText(value, argument);
      }
      return value instanceof LuaUserdata ? unwrapped(value, argument) : refuse(value, argument);
  }
}

function unwrapped(value: LuaUserdata, argument: number): Parameter {
  const { payload } = value;
  if (payload instanceof Bytes) return Buffer.from(payload.bytes, "latin1");
  if (payload instanceof ArrayText || payload instanceof JsonText) return payload.text;
  return refuse(value, argument);
}

function refuse(value: LuaValue, argument: number): never {
  return argumentError(argument, `a ${typeOf(value)} is no value for a database`);
}

/** Text of UTF-8. @throws LuaError */
export function toText(value: string, argument: number): string {
  const text = decodeUtf8(value);
  if (text === undefined) {
    return argumentError(argument, "a string that is not UTF-8; db.bytea(s) sends bytes");
  }
  if (text.includes("\0")) {
    return argumentError(argument, "a zero byte, which text can't have; db.bytea(s) sends bytes");
  }
  return text;
}

/** @throws LuaError */
export function toJsonText(value: LuaValue, argument: number): string {
  try {
    return toText(encodeJson(value, JSON_OPTIONS), argument);
  } catch (thrown) {
    if (thrown instanceof JsonError) return argumentError(argument, thrown.message);
    throw thrown;
  }
}

/** Numbers are kept as they are; all else is as in `cjson`. */
const JSON_OPTIONS = {
  maxDepth: 1000,
  convertSparse: false,
  sparseRatio: 2,
  sparseSafe: 10,
  numberPrecision: 16,
  invalidNumbers: "error",
  escapeForwardSlash: false,
  emptyTableAsObject: true,
} as const;

/** @throws LuaError */
export function toArrayText(list: LuaTable, argument: number, depth = 0): string {
  checkList(list, argument, depth);
  return writeArray(list, (value) => toElement(value, argument));
}

/** PostgreSQL has no more dimensions. */
const MAX_DIMENSIONS = 6;

function checkList(list: LuaTable, argument: number, depth: number): void {
  if (depth >= MAX_DIMENSIONS) argumentError(argument, "an array of more than 6 dimensions");
  const entries = new TableIterator(list);
  let count = 0;
  while (entries.advance()) count++;
  if (count !== list.array.length || list.array.includes(undefined)) {
    argumentError(argument, "an array must be a list without holes; cjson.null stands for NULL");
  }
  for (const value of list.array)
    if (value instanceof LuaTable) checkList(value, argument, depth + 1);
}

function toElement(value: LuaValue, argument: number): string | null {
  if (value === JSON_NULL) return null;
  switch (typeof value) {
    case "string":
      return toText(value, argument);
    case "number":
    case "boolean":
      return String(value);
    default: {
      const payload = value instanceof LuaUserdata ? value.payload : undefined;
      if (payload instanceof Bytes) {
        return `\\x${Buffer.from(payload.bytes, "latin1").toString("hex")}`;
      }
      return payload instanceof JsonText ? payload.text : refuse(value, argument);
    }
  }
}
