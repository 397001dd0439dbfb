/** `ngx.req`: the request. */
import { NONE } from "../../../core/call.ts";
import { TableIterator } from "../../../core/iterate.ts";
import { LuaTable } from "../../../core/table.ts";
import type { LuaFunction, LuaValue, Results } from "../../../core/value.ts";
import type { HttpRequest } from "../../../http.ts";
import { argumentError, callerError, checkString, checkTable } from "../../../stdlib/arguments.ts";
import { defineLibrary } from "../../../stdlib/library.ts";
import { decodeQuery, encodeQuery } from "../text/query.ts";
import { methodOf } from "./constants.ts";
import { escapeName, escapeValue, headersTable, valuesOf } from "./headers.ts";
import { exchange } from "./running.ts";

/** So many arguments are read unless told otherwise. */
const MAX_ARGUMENTS = 100;

export const requestLibrary = defineLibrary("ngx.req", {
  /** The method: "GET". */
  get_method: () => exchange().request.method,

  /**
   * The headers: a table that finds them whatever the case of their names, and with `_` for `-`. A header
   * that came several times has a list. So many at most, 100 unless told otherwise, 0 for all;
   * "truncated" is a second result when there are more. With true for `isRaw` names are as they came.
   *
   * @signature ([maximum [, isRaw]])
   */
  get_headers: (maximum, isRaw) => headersTable(exchange().request.headers, maximum, isRaw),

  /**
   * The arguments of the query: a table of texts, lists of them for names that come several times, and
   * true for names alone. So many at most, 100 unless told otherwise, 0 for all; "truncated" is a second
   * result when there are more. A table that is given is emptied and used.
   *
   * @signature ([maximum [, table]])
   */
  get_uri_args: (maximum, table) => {
    const decoded = decoded100(exchange().request.query, maximum);
    if (table === undefined) return decoded;
    return intoTable(checkTable(table, 2), decoded);
  },

  /**
   * The arguments of a form in the body, as `ngx.req.get_uri_args` gives those of the query.
   *
   * @signature ([maximum])
   */
  get_post_args: (maximum) => decoded100(exchange().request.body, maximum),

  /** For the sake of programs written for OpenResty: the body was read before the function was called. */
  read_body: () => {
    exchange();
    return NONE;
  },

  /** For the sake of programs written for OpenResty. */
  discard_body: () => {
    exchange();
    return NONE;
  },

  /** The body, as it came; nil when there is none. */
  get_body_data: () => {
    const { body } = exchange().request;
    return body === "" ? undefined : body;
  },

  /** nil: bodies are never kept in files. */
  get_body_file: () => {
    exchange();
    return undefined;
  },

  /** Replaces the body, for who reads it later and for `ngx.location.capture`. @signature (bytes) */
  set_body_data: (bytes) => {
    const { request } = exchange();
    request.body = checkString(bytes, 1);
    return NONE;
  },

  /** The version of HTTP, a number: 1.1. */
  http_version: () => exchange().request.version,

  /** The headers as they were sent, with the request line unless told otherwise. @signature ([isWithoutLine]) */
  raw_header: (isWithoutLine) => {
    const { request } = exchange();
    const lines = request.sentHeaders.map(([name, value]) => `${name}: ${value}\r\n`);
    const line = isWithoutLine === true ? "" : `${requestLine(request)}\r\n`;
    return `${line}${lines.join("")}\r\n`;
  },

  /** When the request came: seconds since the epoch, with milliseconds. */
  start_time: () => Math.round(exchange().request.startedMs) / 1000,

  /** Whether it comes of `ngx.location.capture`. */
  is_internal: () => exchange().isSubrequest,

  /**
   * Sets a header of the request, for who reads it later and for `ngx.location.capture`: a value, a list of
   * some, or nil for none.
   *
   * @signature (name, value)
   */
  set_header: (name, value) => {
    const { headers } = exchange().request;
    headers.set(escapeName(checkString(name, 1)), valuesOf(value).map(escapeValue));
    return NONE;
  },

  /** Removes a header of the request. @signature (name) */
  clear_header: (name) => {
    exchange().request.headers.set(checkString(name, 1), []);
    return NONE;
  },

  /** Sets the method of the request: `ngx.HTTP_PUT`. @signature (method) @throws LuaError "bad method number" */
  set_method: (method) => {
    const { request } = exchange();
    if (typeof method !== "number") return callerError("bad method number");
    request.method =
      methodOf(method) ?? callerError(`unsupported HTTP method: ${String(Math.trunc(method))}`);
    return NONE;
  },

  /** Sets the query: a text, or a table as `ngx.encode_args` takes it. @signature (arguments) */
  set_uri_args: (args) => {
    const { request } = exchange();
    request.query = queryOf(args) ?? argumentError(1, "string, number, or table expected");
    return NONE;
  },

  /** Not offered. @signature (...) @throws LuaError "ngx.req.set_uri is not offered: ..." */
  set_uri: refusing("set_uri", "call another function by flow.call or ngx.location.capture"),

  /** Not offered. @signature (...) @throws LuaError "ngx.req.socket is not offered: ..." */
  socket: refusing("socket", "the body is in ngx.req.get_body_data()"),

  /** Not offered. @signature (...) @throws LuaError "ngx.req.init_body is not offered: ..." */
  init_body: refusing("init_body", "replace the body by ngx.req.set_body_data"),

  /** Not offered. @signature (...) @throws LuaError "ngx.req.append_body is not offered: ..." */
  append_body: refusing("append_body", "replace the body by ngx.req.set_body_data"),

  /** Not offered. @signature (...) @throws LuaError "ngx.req.finish_body is not offered: ..." */
  finish_body: refusing("finish_body", "replace the body by ngx.req.set_body_data"),

  /** Not offered. @signature (...) @throws LuaError "ngx.req.set_body_file is not offered: ..." */
  set_body_file: refusing("set_body_file", "replace the body by ngx.req.set_body_data"),
});

function refusing(name: string, advice: string): LuaFunction {
  return () => callerError(`ngx.req.${name} is not offered: ${advice}`);
}

/** "GET /hello?a=1 HTTP/1.1", as it was sent. */
export function requestLine({ sentMethod, target, version }: HttpRequest): string {
  return `${sentMethod} ${target} ${protocolOf(version)}`;
}

/** "HTTP/1.1" */
export function protocolOf(version: number): string {
  return `HTTP/${version.toFixed(1)}`;
}

/** The text of a query that is given as text or table; `undefined` for what is neither. */
export function queryOf(value: LuaValue): string | undefined {
  if (value instanceof LuaTable) return encodeQuery(value);
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

function decoded100(text: string, maximum: LuaValue = MAX_ARGUMENTS): LuaTable | LuaValue[] {
  if (typeof maximum !== "number") return argumentError(1, "number expected");
  const { table, isTruncated } = decodeQuery(text, maximum);
  return isTruncated ? [table, "truncated"] : table;
}

function intoTable(table: LuaTable, decoded: LuaTable | LuaValue[]): Results {
  const keys: LuaValue[] = [];
  for (const entries = new TableIterator(table); entries.advance();) keys.push(entries.key);
  for (const key of keys) table.set(key, undefined);
  const [found, problem] = decoded instanceof LuaTable ? [decoded] : decoded;
  if (found instanceof LuaTable) {
    for (const entries = new TableIterator(found); entries.advance();) {
      table.set(entries.key, entries.value);
    }
  }
  return problem === undefined ? table : [table, problem];
}
