/** What methods of `resty.http` are given. */
import { typeOf } from "../../../core/metatable.ts";
import { LuaTable } from "../../../core/table.ts";
import { toText } from "../../../core/toText.ts";
import { TableIterator } from "../../../core/iterate.ts";
import type { LuaFunction, LuaValue } from "../../../core/value.ts";
import type { Header } from "../../../functions/index.ts";
import { callerError, checkNumber, checkTable } from "../../../stdlib/arguments.ts";
import { encodeQuery } from "../../ngx/text/query.ts";
import { readHeaders, type WantedHeader } from "../headers.ts";
import type { Wanted } from "../wanted.ts";
import { BodyFeed } from "../wire/bodyFeed.ts";
import { Failure } from "../wire/failure.ts";
import { makePlace, placeText, type Place, type TlsSettings } from "../wire/openSocket.ts";
import { MAX_TEXT_BYTES } from "../wire/plan.ts";
import { targetOf } from "../wire/target.ts";
import type { RestyTimeouts } from "./client.ts";

export interface UriParts {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly query: string | undefined;
}

const URI = /^(?:(https?):)?\/\/([^[\]:/?]+|\[[^\n]+\])(?::(\d+))?([^?]*)(?:\?([^\n]*))?/;

export function parseUri(uri: string, isQueryInPath: boolean): UriParts | Failure {
  const match = URI.exec(uri);
  if (match === null) return new Failure("url", `bad uri: ${uri}`);
  const [, scheme, host = "", digits, before = "", query = ""] = match;
  if (scheme === undefined) {
    return new Failure("url", `schemaless URIs require a request context: ${uri}`);
  }
  const port = digits === undefined ? (scheme === "https" ? 443 : 80) : Number(digits);
  const path = before === "" ? "/" : before;
  if (!isQueryInPath) return { scheme, host, port, path, query };
  return { scheme, host, port, path: query === "" ? path : `${path}?${query}`, query: undefined };
}

/** Where a URI leads, and the parameters with what it says. */
export function uriParams(
  uri: string,
  params: LuaValue,
): { readonly place: Place; readonly params: LuaTable } | Failure {
  const given = params === undefined ? new LuaTable() : checkTable(params, 3);
  const parts = parseUri(uri, false);
  if (parts instanceof Failure) return parts;
  const all = new LuaTable();
  all.setString("path", parts.path);
  if (parts.query !== "") all.setString("query", parts.query);
  for (const entries = new TableIterator(given); entries.advance();) {
    all.set(entries.key, entries.value);
  }
  const place = placeFor(parts.scheme, parts.host, parts.port, given);
  return place instanceof Failure ? place : { place, params: all };
}

/** @param port In the older form, where `options` is the host. */
export function readConnectOptions(options: LuaValue, port: LuaValue): Place | Failure {
  if (!(options instanceof LuaTable)) {
    if (typeof options !== "string") {
      return callerError(`connect takes a table or a host, not a ${typeOf(options)}`);
    }
    return placeFor(
      "http",
      options,
      port === undefined ? 80 : checkNumber(port, 3),
      new LuaTable(),
    );
  }
  const scheme = options.getString("scheme");
  const host = options.getString("host");
  const given = options.getString("port");
  if (typeof host !== "string") return callerError("connect: 'host' must be a string");
  if (scheme === undefined && given !== undefined) {
    return new Failure("url", "'scheme' is required when providing a port");
  }
  if (scheme !== "http" && scheme !== "https") {
    return callerError("connect: 'scheme' must be 'http' or 'https'");
  }
  if (given !== undefined && typeof given !== "number") {
    return callerError("connect: 'port' must be a number");
  }
  return placeFor(scheme, host, given ?? (scheme === "https" ? 443 : 80), options);
}

function placeFor(scheme: string, host: string, port: number, options: LuaTable): Place | Failure {
  if (host.startsWith("unix:")) return new Failure("url", "unix domain sockets are not offered");
  if (options.getString("proxy_opts") !== undefined) {
    return new Failure("url", "proxies are not offered");
  }
  const plainHost = host.replace(/^\[(.*)\]$/, "$1");
  const isHost = /^[\w.-]+$/.test(host) || /^[\da-fA-F:.]+(?:%\w+)?$/.test(plainHost);
  if (!isHost) return new Failure("url", `bad host: ${host.replaceAll(/[^\x21-\x7e]/g, "?")}`);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    return new Failure("url", `bad port: ${String(port)}`);
  }
  return makePlace({ isSecure: scheme === "https", host: plainHost, port, tls: tlsOf(options) });
}

function tlsOf(options: LuaTable): TlsSettings {
  const serverName = options.getString("ssl_server_name");
  const verify = options.getString("ssl_verify") !== false;
  return typeof serverName === "string" ? { verify, serverName } : { verify };
}

const PAYLOAD = new Set(["POST", "PUT", "PATCH"]);

/** @param isStreamed Whether the body is read by the program. */
export function readRequest(
  place: Place,
  given: LuaValue,
  timeouts: RestyTimeouts,
  isStreamed: boolean,
): Wanted | Failure {
  const params = given === undefined ? new LuaTable() : checkTable(given, 2);
  const method = params.getString("method") ?? "GET";
  if (
    typeof method !== "string" ||
    !/^[!#$%&'*+\-.^_`|~\w]+$/.test(method) ||
    method === "CONNECT"
  ) {
    return new Failure("url", "bad method");
  }
  if (params.getString("version") === 1) return new Failure("url", "HTTP 1.0 is not offered");
  const requestTarget = readTarget(params);
  if (requestTarget instanceof Failure) return requestTarget;
  const wantedHeaders = readHeaders(plainHeaders(params.getString("headers")), (problem) =>
    callerError(problem),
  );
  const body = bodyOf(params, method);
  if (body instanceof Failure) return body;
  const headers = wantedHeaders.filter((header): header is Header => header[1] !== undefined);
  if (body.produce !== undefined && !hasLength(params, headers)) {
    return new Failure(
      "url",
      "Request body is a function but a length or chunked encoding is not specified",
    );
  }
  addDefaults(headers, wantedHeaders, params);
  const { bytes, produce } = body;
  return {
    produce,
    plan: {
      method,
      target: { ...targetOf(new URL(urlText(place, requestTarget))), requestTarget },
      headers: bytes instanceof BodyFeed ? headers : headers.filter(isNoLength),
      body: bytes,
      timeouts: {
        connectMs: timeouts.connectMs,
        headersMs: timeouts.sendMs + timeouts.readMs,
        readMs: timeouts.readMs,
        totalMs: Infinity,
      },
      tls: place.tls,
      redirects: 0,
      maximumBytes: isStreamed ? Infinity : MAX_TEXT_BYTES,
      isStreamed,
      decodes: false,
    },
  };
}

function addDefaults(headers: Header[], wanted: readonly WantedHeader[], params: LuaTable): void {
  const named = new Set(wanted.map(([name]) => name.toLowerCase()));
  if (!named.has("user-agent")) headers.push(["User-Agent", "spacer"]);
  if (params.getString("keepalive") === false && !named.has("connection")) {
    headers.push(["Connection", "close"]);
  }
}

/** For traces, which show it. */
function urlText(place: Place, requestTarget: string): string {
  const path = requestTarget.replace(/\?.*$/s, "").replaceAll(/[^\x21-\x7e]|#/g, "-");
  return `${place.isSecure ? "https" : "http"}://${placeText(place)}${path}`;
}

function readTarget(params: LuaTable): string | Failure {
  const path = params.getString("path") ?? "/";
  const query = params.getString("query") ?? "";
  if (typeof path !== "string") return callerError("'path' must be a string");
  const text = query instanceof LuaTable ? encodeQuery(query) : query;
  if (typeof text !== "string") return callerError("'query' must be a string or a table");
  const mark = text === "" || text.startsWith("?") ? "" : path.includes("?") ? "&" : "?";
  const target = `${path}${mark}${text}`;
  if (/[\0-\x20\x7f]/.test(target) || !target.startsWith("/")) {
    return new Failure(
      "url",
      "bad path: it must begin with / and have no blanks or control characters",
    );
  }
  return target;
}

/** `Transfer-Encoding: chunked` says that there is no length: pieces are put into chunks here. */
function plainHeaders(headers: LuaValue): LuaValue {
  if (!(headers instanceof LuaTable)) return headers;
  const kept = new LuaTable();
  for (const entries = new TableIterator(headers); entries.advance();) {
    const isKept =
      typeof entries.key !== "string" || entries.key.toLowerCase() !== "transfer-encoding";
    if (isKept) kept.set(entries.key, entries.value);
  }
  return kept;
}

function hasLength(params: LuaTable, headers: readonly WantedHeader[]): boolean {
  if (headers.some(([name]) => name.toLowerCase() === "content-length")) return true;
  const given = params.getString("headers");
  if (!(given instanceof LuaTable)) return false;
  for (const entries = new TableIterator(given); entries.advance();) {
    const { key, value } = entries;
    if (typeof key !== "string" || key.toLowerCase() !== "transfer-encoding") continue;
    return typeof value === "string" && /\bchunked\b/i.test(value);
  }
  return false;
}

function isNoLength([name]: Header): boolean {
  return name.toLowerCase() !== "content-length";
}

interface RestyBody {
  readonly bytes: Uint8Array | BodyFeed | undefined;
  readonly produce: LuaFunction | undefined;
}

function bodyOf(params: LuaTable, method: string): RestyBody | Failure {
  const body = params.getString("body");
  if (body === undefined) {
    return { bytes: PAYLOAD.has(method) ? new Uint8Array() : undefined, produce: undefined };
  }
  if (typeof body === "function") return { bytes: new BodyFeed(), produce: body };
  if (typeof body === "string" || typeof body === "number") {
    return { bytes: Buffer.from(toText(body), "latin1"), produce: undefined };
  }
  if (body instanceof LuaTable && body.array.every((piece) => typeof piece === "string")) {
    return { bytes: Buffer.from(body.array.join(""), "latin1"), produce: undefined };
  }
  return callerError(
    `'body' must be a string, a list of strings or a function, not a ${typeOf(body)}`,
  );
}
