/** Replies as tests see them. */
import { NONE } from "../../core/call.ts";
import type { LuaState } from "../../core/state.ts";
import { waitFor } from "../../core/suspend.ts";
import { LuaTable } from "../../core/table.ts";
import type { LuaValue } from "../../core/value.ts";
import { decodeJson, JsonError } from "../../json/index.ts";
import { defineBuiltin } from "../../stdlib/library.ts";
import type { TestHeader, TestResponse } from "../../testing/index.ts";
import { checkTable } from "../../stdlib/arguments.ts";

/** Headers that may come several times, each with a meaning of its own: always a list. */
const LISTS = new Set(["set-cookie"]);

/** A reply that has come to its end, or was cut. */
export async function readReply(state: LuaState, response: TestResponse): Promise<LuaTable> {
  let body = "";
  let isCut = false;
  try {
    for (let part = await response.next(); part !== undefined; part = await response.next()) {
      body += part;
    }
  } catch {
    isCut = true;
  }
  return state.enter(() => {
    const reply = headTable(response);
    reply.setString("body", body);
    if (isCut) reply.setString("cut", true);
    addJson(reply, body, response.headers);
    return reply;
  });
}

/** A reply whose body is read piece by piece. */
export function streamTable(state: LuaState, response: TestResponse): LuaTable {
  return state.enter(() => {
    const reply = headTable(response);
    streams.set(reply, response);
    reply.setString("read", read);
    reply.setString("close", close);
    return reply;
  });
}

const streams = new WeakMap<LuaTable, TestResponse>();

const read = defineBuiltin("reply:read", (self) => {
  const response = streamOf(self);
  return waitFor(response?.next() ?? Promise.resolve(undefined));
});

const close = defineBuiltin("reply:close", (self) => {
  streamOf(self)?.close();
  return NONE;
});

function streamOf(self: LuaValue): TestResponse | undefined {
  return streams.get(checkTable(self, 1));
}

function headTable({ status, headers }: TestResponse): LuaTable {
  const reply = new LuaTable();
  reply.setString("status", status);
  reply.setString("headers", headersTable(headers));
  reply.setString("cookies", cookiesTable(headers));
  return reply;
}

/** By names in lower case; found whatever the case, and with `_` for `-`. */
function headersTable(headers: readonly TestHeader[]): LuaTable {
  const table = new LuaTable();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const known = table.getString(key);
    if (known instanceof LuaTable) known.push(value);
    else if (known === undefined && !LISTS.has(key)) table.setString(key, value);
    else {
      const list = new LuaTable();
      if (known !== undefined) list.push(known);
      list.push(value);
      table.setString(key, list);
    }
  }
  const metatable = new LuaTable();
  metatable.setString("__index", findHeader);
  table.metatable = metatable;
  return table;
}

const findHeader = defineBuiltin("headers.__index", (table, name) => {
  if (!(table instanceof LuaTable) || typeof name !== "string") return undefined;
  return table.getString(name.toLowerCase().replaceAll("_", "-"));
});

/** What the reply sets, by name: without the attributes, which are in the header. */
function cookiesTable(headers: readonly TestHeader[]): LuaTable {
  const table = new LuaTable();
  for (const [name, value] of headers) {
    if (name.toLowerCase() !== "set-cookie") continue;
    const [, cookie = "", text = ""] = /^\s*([^=;]*)=\s*([^;]*)/.exec(value) ?? [];
    if (cookie !== "") table.setString(cookie.trim(), text.trim());
  }
  return table;
}

/** Of a body in JSON its value, and what the envelope has. */
function addJson(reply: LuaTable, body: string, headers: readonly TestHeader[]): void {
  const [, type = ""] = headers.find(([name]) => /^content-type$/i.test(name)) ?? [];
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type)) return;
  const json = decode(body);
  if (json === undefined) return;
  reply.setString("json", json);
  if (!(json instanceof LuaTable)) return;
  reply.setString("data", json.getString("data"));
  reply.setString("error", json.getString("error"));
}

function decode(body: string): LuaValue {
  try {
    return decodeJson(body);
  } catch (thrown) {
    if (thrown instanceof JsonError) return undefined;
    throw thrown;
  }
}
