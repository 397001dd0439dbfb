/** `ngx.header`, and what else has to do with headers. */
import { NONE } from "../../../core/call.ts";
import { current } from "../../../core/current.ts";
import type { LuaState } from "../../../core/state.ts";
import { LuaTable } from "../../../core/table.ts";
import { toText } from "../../../core/toText.ts";
import type { LuaValue, Results } from "../../../core/value.ts";
import { writeLog, type HeaderList } from "../../../functions/index.ts";
import { callerError } from "../../../stdlib/arguments.ts";
import { defineBuiltin, defineLibrary } from "../../../stdlib/library.ts";
import { exchange } from "./running.ts";

/** So many headers are read unless told otherwise. */
const MAX_HEADERS = 100;

/** A reply has each of them once at most: of several values the last counts. */
const SINGLE = new Set([
  "content-encoding",
  "content-length",
  "content-location",
  "content-range",
  "content-type",
  "date",
  "etag",
  "expires",
  "last-modified",
  "location",
  "refresh",
  "retry-after",
  "server",
]);

export const responseLibrary = defineLibrary("ngx.resp", {
  /**
   * The headers of the reply as far as the function has set them: a table that finds them whatever the
   * case of their names, and with `_` for `-`. So many at most, 100 unless told otherwise, 0 for all;
   * "truncated" is a second result when there are more.
   *
   * @signature ([maximum [, isRaw]])
   */
  get_headers: (maximum, isRaw) => headersTable(exchange().reply.headers, maximum, isRaw),
});

/** Makes the table `ngx.header`, whose fields are the headers of the reply. */
export function openHeader(): LuaTable {
  const metatable = new LuaTable();
  metatable.setString("__index", readHeader);
  metatable.setString("__newindex", writeHeader);
  const header = new LuaTable();
  header.metatable = metatable;
  return header;
}

const readHeader = defineBuiltin("ngx.header.__index", (_header, key) => {
  const { headers } = exchange().reply;
  const values = headers.all(nameOf(key));
  return values.length > 1 ? toList(values) : values[0];
});

const writeHeader = defineBuiltin("ngx.header.__newindex", (_header, key, value) => {
  const { reply } = exchange();
  if (reply.isBegun) {
    const { state, invocation } = current;
    const text = "attempt to set ngx.header.HEADER after sending out response headers";
    writeLog(state, { level: "error", text, invocation });
    return NONE;
  }
  const name = escapeName(nameOf(key));
  const values = valuesOf(value).map(escapeValue);
  if (name === "") return NONE;
  const kept = SINGLE.has(name.toLowerCase()) ? values.slice(-1) : values;
  if (name.toLowerCase() === "content-length" && kept.some((each) => !/^\d{1,15}$/.test(each))) {
    return callerError("failed to set header");
  }
  reply.headers.set(name, kept);
  return NONE;
});

/** "content_type" is "content-type". */
function nameOf(key: LuaValue): string {
  return toText(key).replaceAll("_", "-");
}

/** What a header is given: a value, or a list of some. */
export function valuesOf(value: LuaValue): readonly string[] {
  if (value === undefined) return [];
  if (!(value instanceof LuaTable)) return [toText(value)];
  return Array.from({ length: value.length() }, (_, place) => toText(value.getNumber(place + 1)));
}

/** Neither a name nor a value can hold what would end it. */
export function escapeName(name: string): string {
  return escape(name, /[^!#$%&'*+\-.^_`|~\w]/g);
}

export function escapeValue(value: string): string {
  return escape(value, /[\0-\x08\n-\x1f\x7f]/g);
}

function escape(bytes: string, unsafe: RegExp): string {
  return bytes.replace(unsafe, (char) => {
    const digits = char.charCodeAt(0).toString(16).toUpperCase();
    return `%${digits.padStart(2, "0")}`;
  });
}

/** @param isRaw Whether names are as they came, rather than in lower case. */
export function headersTable(
  headers: HeaderList,
  maximum: LuaValue = MAX_HEADERS,
  isRaw: LuaValue = false,
): Results {
  if (typeof maximum !== "number") return callerError("bad maximum: number expected");
  const all = [...headers];
  const isTruncated = maximum > 0 && all.length > maximum;
  const byName = new Map<string, string[]>();
  for (const [name, value] of isTruncated ? all.slice(0, maximum) : all) {
    const key = isRaw === true ? name : name.toLowerCase();
    const values = byName.get(key);
    if (values === undefined) byName.set(key, [value]);
    else values.push(value);
  }
  const table = new LuaTable();
  for (const [name, values] of byName) {
    table.setString(name, values.length > 1 ? toList(values) : values[0]);
  }
  if (isRaw !== true) table.metatable = lookupMetatable(current.state);
  return isTruncated ? [table, "truncated"] : table;
}

const lookupMetatables = new WeakMap<LuaState, LuaTable>();

/** Of tables with names in lower case, which find them in other spellings. */
export function lookupMetatable(state: LuaState): LuaTable {
  let metatable = lookupMetatables.get(state);
  if (metatable === undefined) {
    metatable = new LuaTable();
    metatable.setString("__index", findByName);
    lookupMetatables.set(state, metatable);
  }
  return metatable;
}

const findByName = defineBuiltin("ngx.headers.__index", (headers, key) => {
  if (!(headers instanceof LuaTable) || typeof key !== "string") return undefined;
  return headers.getString(nameOf(key).toLowerCase());
});

function toList(values: readonly string[]): LuaTable {
  return new LuaTable(undefined, [...values]);
}
