/** Headers, to and from Lua. Whatever could end a header early is refused, never cut out. */
import type { LuaState } from "../../core/state.ts";
import { TableIterator } from "../../core/iterate.ts";
import { typeOf } from "../../core/metatable.ts";
import { numberToString } from "../../core/number.ts";
import { LuaTable } from "../../core/table.ts";
import type { LuaValue } from "../../core/value.ts";
import type { Header } from "../../functions/index.ts";
import { defineBuiltin } from "../../stdlib/library.ts";

/** What the connection needs for itself. */
const OWN = new Set([
  "transfer-encoding",
  "keep-alive",
  "upgrade",
  "expect",
  "proxy-connection",
  "te",
]);

/** A header that is asked for, or one that is not to be sent though it usually is. */
export type WantedHeader = Header | readonly [name: string, value: undefined];

/**
 * Reads a table of headers: texts, numbers, lists of such; false for one that is not to be sent.
 *
 * @param fail Raises, with what is wrong.
 */
export function readHeaders(value: LuaValue, fail: (problem: string) => never): WantedHeader[] {
  if (value === undefined) return [];
  if (!(value instanceof LuaTable))
    return fail(`'headers' must be a table, not a ${typeOf(value)}`);
  const headers: WantedHeader[] = [];
  const entries = new TableIterator(value);
  while (entries.advance()) {
    const { key } = entries;
    if (typeof key !== "string") return fail(`a key of 'headers' is a ${typeOf(key)}, not a name`);
    if (!TOKEN.test(key)) return fail(`${quoted(key)} is no name of a header`);
    if (OWN.has(key.toLowerCase())) return fail(`the header '${key}' belongs to the connection`);
    if (entries.value === false) headers.push([key, undefined]);
    for (const text of textsOf(entries.value, key, fail)) headers.push([key, text]);
  }
  checkSingle(headers, fail);
  return headers;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/;

/** No two of them, and `Connection` only says one thing. */
function checkSingle(headers: readonly WantedHeader[], fail: (problem: string) => never): void {
  const seen = new Set<string>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (SINGLE.has(key) && seen.has(key)) fail(`the header '${name}' is there twice`);
    seen.add(key);
    if (key === "connection" && value !== undefined && !/^(?:close|keep-alive)$/i.test(value)) {
      fail("the header 'Connection' can be 'close' only");
    }
    if (key === "content-length" && value !== undefined && !/^\d{1,15}$/.test(value)) {
      fail("the header 'Content-Length' must be a number");
    }
  }
}

const SINGLE = new Set(["host", "content-length", "connection", "content-type", "authorization"]);

function textsOf(value: LuaValue, name: string, fail: (problem: string) => never): string[] {
  if (value === false) return [];
  if (value instanceof LuaTable) {
    return Array.from({ length: value.length() }, (_, index) =>
      textOf(value.getNumber(index + 1), name, fail),
    );
  }
  return [textOf(value, name, fail)];
}

function textOf(value: LuaValue, name: string, fail: (problem: string) => never): string {
  if (typeof value === "number") return numberToString(value);
  if (typeof value !== "string") {
    return fail(`the header '${name}' is a ${typeOf(value)}, not a string`);
  }
  if (/[\0-\x08\n-\x1f\x7f]/.test(value)) {
    return fail(`the header '${name}' has a line break or another control character in it`);
  }
  return value;
}

/** Of some bytes what can be shown. */
export function quoted(bytes: string): string {
  const short = bytes.length > 60 ? `${bytes.slice(0, 60)}...` : bytes;
  return `'${short.replaceAll(/[^\x20-\x7e]/g, "?")}'`;
}

/**
 * A table of the headers of a response, by their names in lower case, which finds them whatever the case of the letters,
 * and with `_` for `-`. Several of a name are one text as HTTP joins them, but for `set-cookie`, which has a list then.
 *
 * @param headers Names, in lower case, and values in turn.
 * @param joins Whether they are joined; otherwise all that came several times have lists.
 */
export function headersTable(
  state: LuaState,
  headers: readonly string[],
  joins: boolean,
): LuaTable {
  const table = new LuaTable();
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] as string;
    const value = headers[index + 1] as string;
    const before = table.getString(name);
    if (before === undefined) table.setString(name, value);
    else if (joins && name !== "set-cookie") table.setString(name, `${before as string}, ${value}`);
    else if (before instanceof LuaTable) before.setNumber(before.length() + 1, value);
    else table.setString(name, new LuaTable(undefined, [before, value]));
  }
  table.metatable = lookupMetatable(state);
  return table;
}

const lookupMetatables = new WeakMap<LuaState, LuaTable>();

function lookupMetatable(state: LuaState): LuaTable {
  let metatable = lookupMetatables.get(state);
  if (metatable === undefined) {
    metatable = new LuaTable();
    metatable.setString("__index", findByName);
    lookupMetatables.set(state, metatable);
  }
  return metatable;
}

const findByName = defineBuiltin("http.headers.__index", (headers, key) => {
  if (!(headers instanceof LuaTable) || typeof key !== "string") return undefined;
  return headers.getString(key.replaceAll("_", "-").toLowerCase());
});
