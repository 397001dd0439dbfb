/** `ngx.var`: variables of nginx that tell of a request and its reply. */
import { NONE } from "../../../core/call.ts";
import { current } from "../../../core/current.ts";
import { LuaTable } from "../../../core/table.ts";
import { plainText } from "../../../core/toText.ts";
import type { LuaValue } from "../../../core/value.ts";
import type { HeaderList } from "../../../functions/index.ts";
import type { HttpExchange } from "../../../http.ts";
import { callerError } from "../../../stdlib/arguments.ts";
import { defineBuiltin } from "../../../stdlib/library.ts";
import { decodeBase64 } from "../text/base64.ts";
import { protocolOf, requestLine } from "./request.ts";
import { exchange } from "./running.ts";

type Read = (http: HttpExchange) => string | undefined;

/** Empty ones are nil, as in OpenResty, unless nginx has them as a text of its own. */
const variables: ReadonlyMap<string, Read> = new Map<string, Read>([
  ["args", ({ request }) => request.query || undefined],
  ["binary_remote_addr", ({ request }) => packedAddress(request.client.address)],
  ["body_bytes_sent", ({ reply }) => String(reply.sizeBytes)],
  ["content_length", ({ request }) => request.headers.all("content-length")[0]],
  ["content_type", ({ request }) => request.headers.all("content-type")[0]],
  ["document_uri", ({ request }) => request.uri],
  ["host", hostOf],
  ["https", ({ request }) => (request.isEncrypted ? "on" : "")],
  ["is_args", ({ request }) => (request.query === "" ? "" : "?")],
  ["msec", () => seconds(nowMs())],
  ["query_string", ({ request }) => request.query || undefined],
  ["remote_addr", ({ request }) => request.client.address],
  ["remote_port", ({ request }) => textOf(request.client.port)],
  ["remote_user", ({ request }) => userOf(request.headers)],
  ["request", ({ request }) => requestLine(request)],
  ["request_body", ({ request }) => request.body || undefined],
  ["request_id", ({ request }) => request.id],
  ["request_method", ({ request }) => request.method],
  ["request_time", ({ request }) => seconds(Math.max(0, nowMs() - request.startedMs))],
  ["request_uri", ({ request }) => request.target],
  ["scheme", ({ request }) => (request.isEncrypted ? "https" : "http")],
  ["server_addr", ({ request }) => request.server.address],
  ["server_port", ({ request }) => textOf(request.server.port)],
  ["server_protocol", ({ request }) => protocolOf(request.version)],
  ["status", ({ reply }) => String(reply.status).padStart(3, "0")],
  ["time_iso8601", () => new Date(nowMs()).toISOString().replace(/\.\d+Z$/, "+00:00")],
  ["uri", ({ request }) => request.uri],
]);

/** Variables whose names say what they are of. */
const families: readonly (readonly [
  prefix: string,
  (http: HttpExchange, name: string) => string | undefined,
])[] = [
  ["arg_", ({ request }, name) => argumentOf(request.query, name)],
  ["cookie_", ({ request }, name) => cookieOf(request.headers, name)],
  ["http_", ({ request }, name) => headerOf(request.headers, name)],
  ["sent_http_", ({ reply }, name) => headerOf(reply.headers, name)],
];

/** Makes the table `ngx.var`. */
export function openVariables(): LuaTable {
  const metatable = new LuaTable();
  metatable.setString("__index", readVariable);
  metatable.setString("__newindex", writeVariable);
  const table = new LuaTable();
  table.metatable = metatable;
  return table;
}

const readVariable = defineBuiltin("ngx.var.__index", (_variables, key) => {
  const http = exchange();
  const name = nameOf(key);
  const read = variables.get(name);
  if (read !== undefined) return read(http);
  for (const [prefix, readNamed] of families) {
    if (name.startsWith(prefix)) return readNamed(http, name.slice(prefix.length));
  }
  return undefined;
});

const writeVariable = defineBuiltin("ngx.var.__newindex", (_variables, key, value) => {
  const { request } = exchange();
  const name = nameOf(key);
  if (name === "args") request.query = value === undefined ? "" : plainText(value);
  else if (variables.has(name)) return callerError(`variable "${name}" not changeable`);
  else {
    const hint = "maybe it is a built-in variable that is not changeable";
    return callerError(`variable "${name}" not found for writing; ${hint}`);
  }
  return NONE;
});

function nameOf(key: LuaValue): string {
  if (typeof key === "string") return key;
  return typeof key === "number" ? plainText(key) : callerError("bad variable name");
}

/** Without the port, in lower case; where a client names none, the server's address. */
function hostOf({ request }: HttpExchange): string | undefined {
  const host = request.forwardedHost ?? request.headers.all("host")[0];
  return host === undefined || host === ""
    ? request.server.address
    : host.toLowerCase().replace(/:\d*$/, "");
}

/** The first of a name, as it stands there: not decoded. */
function argumentOf(query: string, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const part of query.split("&")) {
    const equals = part.indexOf("=");
    if (equals >= 0 && part.slice(0, equals).toLowerCase() === wanted)
      return part.slice(equals + 1);
  }
  return undefined;
}

function cookieOf(headers: HeaderList, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const part of headers.all("cookie").join(";").split(";")) {
    const equals = part.indexOf("=");
    if (equals < 0 || part.slice(0, equals).trim().toLowerCase() !== wanted) continue;
    return part.slice(equals + 1).trim();
  }
  return undefined;
}

function headerOf(headers: HeaderList, name: string): string | undefined {
  const key = name.replaceAll("_", "-");
  const values = headers.all(key);
  return values.length === 0
    ? undefined
    : values.join(key.toLowerCase() === "cookie" ? "; " : ", ");
}

/** The name in credentials of the scheme Basic (RFC 7617). */
function userOf(headers: HeaderList): string | undefined {
  const [authorization = ""] = headers.all("authorization");
  const encoded = /^basic +([\w+/=]+)$/i.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const credentials = decodeBase64(encoded.replaceAll("_", "/")) ?? "";
  const colon = credentials.indexOf(":");
  return colon > 0 ? credentials.slice(0, colon) : undefined;
}

/** The bytes of an IPv4 address; those of others as text. */
function packedAddress(address: string | undefined): string | undefined {
  const parts = address?.split(".") ?? [];
  return parts.length === 4 ? String.fromCharCode(...parts.map(Number)) : address;
}

function textOf(number: number | undefined): string | undefined {
  return number === undefined ? undefined : String(number);
}

/** "1.234" */
function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

function nowMs(): number {
  return current.state.host.clock.nowMs();
}
