/** Requests as tests write them: a method, a path, and a table with the rest. */
import { TableIterator } from "../../core/iterate.ts";
import { typeOf } from "../../core/metatable.ts";
import { numberToString } from "../../core/number.ts";
import { LuaTable } from "../../core/table.ts";
import type { LuaValue } from "../../core/value.ts";
import { encodeJson, JsonError } from "../../json/index.ts";
import type { TestHeader, TestRequest } from "../../testing/index.ts";
import { escapeUri } from "../ngx/text/uri.ts";

const OPTIONS = ["query", "headers", "cookies", "json", "form", "body", "internal"] as const;
const BODIES = ["json", "form", "body"] as const;

/** A word of HTTP: of methods and of names of headers. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Complains about an argument, by its position. */
export type Complain = (argument: number, problem: string) => never;

/** @param values The arguments: method, path, options. */
export function toRequest(values: readonly LuaValue[], complain: Complain): TestRequest {
  const [method, path, given] = values;
  if (typeof method !== "string" || !TOKEN.test(method)) {
    return complain(1, `the method must be a word such as "GET"`);
  }
  if (method.toUpperCase() === "CONNECT") return complain(1, "CONNECT is for proxies");
  if (typeof path !== "string" || !path.startsWith("/")) {
    return complain(2, `the path must be a string that begins with "/"`);
  }
  if (given !== undefined && !(given instanceof LuaTable)) {
    return complain(3, `the options must be a table, not a ${typeOf(given)}`);
  }
  const options = given ?? new LuaTable();
  const fail = (problem: string): never => complain(3, problem);
  checkNames(options, fail);
  const body = toBody(options, fail);
  const headers = [
    ...toHeaders(options.getString("headers"), fail),
    ...toCookieHeader(options.getString("cookies"), fail),
  ];
  if (body?.type !== undefined && !headers.some(([name]) => /^content-type$/i.test(name))) {
    headers.push(["Content-Type", body.type]);
  }
  const isInternal = options.getString("internal");
  if (isInternal !== undefined && typeof isInternal !== "boolean")
    fail("'internal' is true or false");
  return {
    method: method.toUpperCase(),
    target: toTarget(path, options.getString("query"), fail),
    headers,
    body: body?.bytes,
    isInternal: isInternal === true,
  };
}

type Fail = (problem: string) => never;

function checkNames(options: LuaTable, fail: Fail): void {
  const entries = new TableIterator(options);
  while (entries.advance()) {
    const { key } = entries;
    const name = typeof key === "string" ? key : numberOrType(key);
    if (!(OPTIONS as readonly string[]).includes(name)) {
      fail(`there is no option '${name}' (there are ${OPTIONS.join(", ")})`);
    }
  }
  const bodies = BODIES.filter((name) => options.getString(name) !== undefined);
  if (bodies.length > 1) fail(`a request has one body: give '${bodies.join("' or '")}'`);
}

function numberOrType(key: LuaValue): string {
  return typeof key === "number" ? numberToString(key) : typeOf(key);
}

/** What a URL can't have is percent-encoded; what is encoded already stays. A fragment is never sent. */
function toTarget(path: string, query: LuaValue, fail: Fail): string {
  const [sent = ""] = path.split("#", 1);
  const target = sent.replace(/[^!-~]/g, (char) => escapeUri(char));
  if (query === undefined) return target;
  const text = typeof query === "string" ? query : toPairs(query, "query", fail);
  if (text === "") return target;
  return `${target}${target.includes("?") ? "&" : "?"}${text.replace(/[^!-~]/g, (char) => escapeUri(char))}`;
}

interface Body {
  readonly bytes: string;
  /** What it is; `undefined` when the test has to say so. */
  readonly type: string | undefined;
}

function toBody(options: LuaTable, fail: Fail): Body | undefined {
  const json = options.getString("json");
  const form = options.getString("form");
  const body = options.getString("body");
  if (json !== undefined) return { bytes: toJson(json, fail), type: "application/json" };
  if (form !== undefined) {
    const bytes = typeof form === "string" ? form : toPairs(form, "form", fail);
    return { bytes, type: "application/x-www-form-urlencoded" };
  }
  if (body === undefined) return undefined;
  return {
    bytes: typeof body === "string" ? body : fail("'body' must be a string"),
    type: undefined,
  };
}

function toJson(value: LuaValue, fail: Fail): string {
  try {
    return encodeJson(value);
  } catch (thrown) {
    if (thrown instanceof JsonError) return fail(`'json': ${thrown.message}`);
    throw thrown;
  }
}

/** `a=1&b=2&b=3`: a list names its key several times, `true` is a key alone, `false` is left out. */
function toPairs(table: LuaValue, option: string, fail: Fail): string {
  if (!(table instanceof LuaTable)) return fail(`'${option}' must be a table or a string`);
  const parts: string[] = [];
  for (const [name, value] of sortedEntries(table, option, fail)) {
    const values = value instanceof LuaTable ? value.array : [value];
    for (const each of values) {
      const text = toText(each);
      if (text !== undefined) parts.push(`${escapeUri(name)}=${escapeUri(text)}`);
      else if (each === true) parts.push(escapeUri(name));
      else if (each !== false) fail(`'${option}': the value of '${name}' is a ${typeOf(each)}`);
    }
  }
  return parts.join("&");
}

function toHeaders(table: LuaValue, fail: Fail): TestHeader[] {
  if (table === undefined) return [];
  if (!(table instanceof LuaTable)) return fail("'headers' must be a table");
  return sortedEntries(table, "headers", fail).flatMap(([name, value]) => {
    const values = value instanceof LuaTable ? value.array : [value];
    return values.map((each): TestHeader => [
      checkHeaderName(name, fail),
      headerText(name, each, fail),
    ]);
  });
}

function checkHeaderName(name: string, fail: Fail): string {
  return TOKEN.test(name) ? name : fail(`'${name}' can't be the name of a header`);
}

function headerText(name: string, value: LuaValue, fail: Fail): string {
  const text = toText(value) ?? fail(`the header '${name}' is a ${typeOf(value)}, not a string`);
  // Another line would be another header, or the body.
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(text)) fail(`the header '${name}' has a control character`);
  return text;
}

function toCookieHeader(table: LuaValue, fail: Fail): TestHeader[] {
  if (table === undefined) return [];
  if (!(table instanceof LuaTable)) return fail("'cookies' must be a table");
  const pairs = sortedEntries(table, "cookies", fail).map(([name, value]) => {
    const text = toText(value) ?? fail(`the cookie '${name}' is a ${typeOf(value)}, not a string`);
    if (!TOKEN.test(name)) fail(`'${name}' can't be the name of a cookie`);
    if (/[^!-~]|[",;\\]/.test(text))
      fail(`the cookie '${name}' has a character that must be encoded`);
    return `${name}=${text}`;
  });
  return pairs.length === 0 ? [] : [["Cookie", pairs.join("; ")]];
}

/** By name, so that a request is the same each time. */
function sortedEntries(table: LuaTable, option: string, fail: Fail): [string, LuaValue][] {
  const entries: [string, LuaValue][] = [];
  const iterator = new TableIterator(table);
  while (iterator.advance()) {
    const { key, value } = iterator;
    entries.push([
      typeof key === "string" ? key : fail(`'${option}': the names must be strings`),
      value,
    ]);
  }
  return entries.sort(([left], [right]) => (left < right ? -1 : 1));
}

function toText(value: LuaValue): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" ? numberToString(value) : undefined;
}
