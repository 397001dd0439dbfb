/**
 * What the values of PostgreSQL are to Lua, by the ids of their types (`pg_type.oid`), which are the same on every server.
 * Values of all other types are text, as PostgreSQL writes them.
 */
import { JSON_NULL, decodeJson } from "../../json/index.ts";
import type { LuaTable } from "../../core/table.ts";
import type { LuaValue } from "../../core/value.ts";
import { readArray } from "./arrays.ts";

/** @param text What PostgreSQL wrote; not in bytes yet. */
type Reader = (text: string) => LuaValue;

/** What a reader for a column needs of the state. */
export interface ReaderOptions {
  /** Makes a table for an array. */
  readonly newList: () => LuaTable;
}

/** What reads the values of a type; NULL is not among them. */
export function readerOf(typeId: number, { newList }: ReaderOptions): Reader {
  const element = ELEMENT_TYPES.get(typeId);
  if (element === undefined) return READERS.get(typeId) ?? toBytes;
  const readElement = READERS.get(element) ?? toBytes;
  // A hole in a list would cut it short.
  const read = (text: string | null) => (text === null ? JSON_NULL : readElement(text));
  return (text) => readArray(text, read, newList);
}

export function toBytes(text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

const ASCII = /^[\0-\x7f]*$/;

/** A number when it is exact as one, else the text. */
function readInt8(text: string): LuaValue {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

/** From here on a decimal may not come back from a double as it was. */
const MAX_EXACT_DIGITS = 15;

/** A number when it has so few digits that it is the same as one, but for zeros at its end; else the text. */
function readNumeric(text: string): LuaValue {
  const digits = text.replace(/^-?[0.]*/, "").replace(".", "");
  return digits.length <= MAX_EXACT_DIGITS || /^[-NI]/.test(digits) ? Number(text) : text;
}

/** Either form of `bytea_output`. */
function readBytes(text: string): string {
  if (text.startsWith("\\x")) return Buffer.from(text.slice(2), "hex").toString("latin1");
  return text.replace(/\\(\\|[0-7]{3})/g, (_match, code: string) =>
    code === "\\" ? code : String.fromCharCode(Number.parseInt(code, 8)),
  );
}

const readJson: Reader = (text) => decodeJson(toBytes(text));

const TYPE = {
  bool: 16,
  bytea: 17,
  char: 18,
  name: 19,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  oid: 26,
  json: 114,
  float4: 700,
  float8: 701,
  numeric: 1700,
  jsonb: 3802,
} as const;

const READERS: ReadonlyMap<number, Reader> = new Map<number, Reader>([
  [TYPE.bool, (text) => text === "t"],
  [TYPE.bytea, readBytes],
  [TYPE.int8, readInt8],
  [TYPE.int2, Number],
  [TYPE.int4, Number],
  [TYPE.oid, Number],
  [TYPE.json, readJson],
  [TYPE.float4, Number],
  [TYPE.float8, Number],
  [TYPE.numeric, readNumeric],
  [TYPE.jsonb, readJson],
]);

/** By the type of an array, that of its elements. */
const ELEMENT_TYPES: ReadonlyMap<number, number> = new Map<number, number>([
  [199, TYPE.json],
  [1000, TYPE.bool],
  [1001, TYPE.bytea],
  [1002, TYPE.char],
  [1003, TYPE.name],
  [1005, TYPE.int2],
  [1007, TYPE.int4],
  [1009, TYPE.text],
  [1014, TYPE.text], // bpchar
  [1015, TYPE.text], // varchar
  [1016, TYPE.int8],
  [1021, TYPE.float4],
  [1022, TYPE.float8],
  [1028, TYPE.oid],
  [1231, TYPE.numeric],
  [3807, TYPE.jsonb],
  // Date and time, network addresses, uuid, money: as text.
  [1115, TYPE.text],
  [1182, TYPE.text],
  [1183, TYPE.text],
  [1185, TYPE.text],
  [1187, TYPE.text],
  [1270, TYPE.text],
  [651, TYPE.text],
  [1040, TYPE.text],
  [1041, TYPE.text],
  [791, TYPE.text],
  [2951, TYPE.text],
]);
