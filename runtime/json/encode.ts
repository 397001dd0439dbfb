/** Lua values to JSON. */
import { indexed } from "../core/access.ts";
import { ALARM, alarm, checkpoint } from "../core/budget.ts";
import { callFirst } from "../core/call.ts";
import { NO_FIELDS } from "../core/fields.ts";
import { TableIterator } from "../core/iterate.ts";
import { typeOf } from "../core/metatable.ts";
import { numberToString, stripZeros } from "../core/number.ts";
import { LuaTable } from "../core/table.ts";
import type { LuaValue } from "../core/value.ts";
import { JsonError } from "./JsonError.ts";
import { EMPTY_ARRAY, isArrayMetatable, isEmptyArrayMetatable, JSON_NULL } from "./markers.ts";

export interface EncodeOptions {
  /** So many tables may lie inside one another. */
  readonly maxDepth: number;
  /** Whether an excessively sparse array becomes an object rather than an error. */
  readonly convertSparse: boolean;
  /** An array is excessively sparse when its last index is above this many times its elements, */
  readonly sparseRatio: number;
  /** and above this. With a ratio of 0, no array is. */
  readonly sparseSafe: number;
  /** Significant digits of numbers, from 1 to 16. */
  readonly numberPrecision: number;
  /** What NaN and the infinities become. "literal": `NaN`, `Infinity`, which is not JSON. */
  readonly invalidNumbers: "error" | "null" | "literal";
  readonly escapeForwardSlash: boolean;
  /** Whether `{}` becomes `{}` rather than `[]`. */
  readonly emptyTableAsObject: boolean;
}

export const DEFAULT_ENCODE_OPTIONS: EncodeOptions = {
  maxDepth: 1000,
  convertSparse: false,
  sparseRatio: 2,
  sparseSafe: 10,
  numberPrecision: 14,
  invalidNumbers: "error",
  escapeForwardSlash: true,
  emptyTableAsObject: true,
};

/** A table with an integer key above this is an object: C's `int` ends here. */
const MAX_ARRAY_INDEX = 0x7fffffff;

/**
 * The JSON text of a value. A `__len` metamethod makes a table an array and runs as Lua code, so a
 * state must be entered (LuaState.enter) where values may have one. As in lua-cjson, metamethods
 * can't yield.
 *
 * @throws JsonError
 */
export function encodeJson(value: LuaValue, options = DEFAULT_ENCODE_OPTIONS): string {
  return encodeValue(value, options, 0);
}

function encodeValue(value: LuaValue, options: EncodeOptions, depth: number): string {
  switch (typeof value) {
    case "string":
      return encodeString(value, options);
    case "number":
      return encodeNumber(value, options);
    case "boolean":
      return value ? "true" : "false";
    case "undefined":
      return "null";
    default:
      if (value instanceof LuaTable) return encodeTable(value, options, depth + 1);
      if (value === JSON_NULL) return "null";
      return value === EMPTY_ARRAY ? "[]" : refuse(value, "type not supported");
  }
}

function encodeTable(table: LuaTable, options: EncodeOptions, depth: number): string {
  if (depth > options.maxDepth) {
    throw new JsonError(`Cannot serialise, excessive nesting (${String(depth)})`);
  }
  const { metatable } = table;
  if (metatable !== undefined) {
    if (isArrayMetatable(metatable)) return encodeElements(table, table.length(), options, depth);
    const handler = metatable.getString("__len");
    if (handler !== undefined) {
      return encodeElements(table, Number(callFirst(handler, table)), options, depth);
    }
  }
  const length = arrayLength(table, options);
  if (length > 0 || (length === 0 && !options.emptyTableAsObject)) {
    return encodeElements(table, length, options, depth);
  }
  return metatable !== undefined && isEmptyArrayMetatable(metatable)
    ? encodeElements(table, table.length(), options, depth)
    : encodeEntries(table, options, depth);
}

/** The largest index of an array; 0 for an empty table, -1 for one that must be an object. */
function arrayLength(table: LuaTable, options: EncodeOptions): number {
  let largest = 0;
  let count = 0;
  if (table.hash === undefined && table.fields === NO_FIELDS) {
    largest = table.array.length;
    for (const value of table.array) if (value !== undefined) count++;
  } else {
    for (const name of Object.keys(table.fields)) if (table.fields[name] !== undefined) return -1;
    const entries = new TableIterator(table);
    while (entries.advance()) {
      const { key } = entries;
      if (typeof key !== "number" || !isArrayIndex(key)) return -1;
      if (key > largest) largest = key;
      count++;
    }
  }
  const { sparseRatio, sparseSafe } = options;
  if (sparseRatio > 0 && largest > count * sparseRatio && largest > sparseSafe) {
    return options.convertSparse ? -1 : refuse(table, "excessively sparse array");
  }
  return largest;
}

function isArrayIndex(key: number): boolean {
  return key >= 1 && key <= MAX_ARRAY_INDEX && Math.floor(key) === key;
}

function encodeElements(
  table: LuaTable,
  length: number,
  options: EncodeOptions,
  depth: number,
): string {
  let text = "[";
  for (let luaIndex = 1; luaIndex <= length; luaIndex++) {
    if (alarm[ALARM.raised] !== 0) checkpoint();
    if (luaIndex > 1) text += ",";
    text += encodeValue(elementAt(table, luaIndex), options, depth);
  }
  return text + "]";
}

function elementAt(table: LuaTable, luaIndex: number): LuaValue {
  const value = table.getNumber(luaIndex);
  if (value !== undefined || table.metatable === undefined) return value;
  return callFirst(indexed, table, luaIndex);
}

function encodeEntries(table: LuaTable, options: EncodeOptions, depth: number): string {
  let text = "{";
  const entries = new TableIterator(table);
  while (entries.advance()) {
    if (alarm[ALARM.raised] !== 0) checkpoint();
    if (text.length > 1) text += ",";
    text += encodeKey(entries.key, options) + ":" + encodeValue(entries.value, options, depth);
  }
  return text + "}";
}

function encodeKey(key: LuaValue, options: EncodeOptions): string {
  if (typeof key === "string") return encodeString(key, options);
  return typeof key === "number"
    ? `"${encodeNumber(key, options)}"`
    : refuse(key, "table key must be a number or string");
}

const ESCAPED = /["\\\x00-\x1f\x7f]/;
const ALL_ESCAPED = /["\\\x00-\x1f\x7f]/g;
const ESCAPED_OR_SLASH = /["\\/\x00-\x1f\x7f]/;
const ALL_ESCAPED_OR_SLASH = /["\\/\x00-\x1f\x7f]/g;

function encodeString(text: string, options: EncodeOptions): string {
  if (options.escapeForwardSlash) {
    return ESCAPED_OR_SLASH.test(text)
      ? `"${text.replace(ALL_ESCAPED_OR_SLASH, escapeOf)}"`
      : `"${text}"`;
  }
  return ESCAPED.test(text) ? `"${text.replace(ALL_ESCAPED, escapeOf)}"` : `"${text}"`;
}

const SHORT_ESCAPES = new Map([
  ["\b", "\\b"],
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\f", "\\f"],
  ["\r", "\\r"],
  ['"', '\\"'],
  ["/", "\\/"],
  ["\\", "\\\\"],
]);

function escapeOf(char: string): string {
  const hexadecimal = char.charCodeAt(0).toString(16).padStart(4, "0");
  return SHORT_ESCAPES.get(char) ?? `\\u${hexadecimal}`;
}

function encodeNumber(value: number, options: EncodeOptions): string {
  if (Number.isFinite(value)) {
    return options.numberPrecision === 14
      ? numberToString(value)
      : formatGeneral(value, options.numberPrecision);
  }
  if (options.invalidNumbers === "null") return "null";
  return options.invalidNumbers === "literal"
    ? String(value)
    : refuse(value, "must not be NaN or Infinity");
}

/** C's "%.<precision>g" of a finite number. */
function formatGeneral(value: number, precision: number): string {
  if (Object.is(value, -0)) return "-0";
  const [digits = "", exponentText] = value.toExponential(precision - 1).split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < precision) {
    return stripZeros(value.toFixed(Math.max(0, precision - 1 - exponent)));
  }
  const sign = exponent < 0 ? "-" : "+";
  return `${stripZeros(digits)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function refuse(value: LuaValue, reason: string): never {
  throw new JsonError(`Cannot serialise ${typeOf(value)}: ${reason}`);
}
