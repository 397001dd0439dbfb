/** What a program wants of another server, read from its options. */
import { current } from "../../core/current.ts";
import { typeOf } from "../../core/metatable.ts";
import { LuaTable } from "../../core/table.ts";
import { TableIterator } from "../../core/iterate.ts";
import type { LuaFunction, LuaValue } from "../../core/value.ts";
import type { Header } from "../../functions/index.ts";
import { encodeJson, JsonError } from "../../json/index.ts";
import { encodeQuery } from "../ngx/text/query.ts";
import { clientOf } from "./client.ts";
import type { WantedHeader } from "./headers.ts";
import { BODIES, type OptionName, type Options } from "./options.ts";
import { basicAuthorization, readUrl, withQuery, type GivenUrl } from "./url.ts";
import { BodyFeed } from "./wire/bodyFeed.ts";
import { ACCEPTED_ENCODINGS } from "./wire/decoder.ts";
import { Failure } from "./wire/failure.ts";
import { type TlsSettings } from "./wire/openSocket.ts";
import { MAX_TEXT_BYTES, type RequestPlan, type Timeouts } from "./wire/plan.ts";

const DEFAULT_TIMEOUT_S = 30;
const DEFAULT_CONNECT_TIMEOUT_S = 10;
const DEFAULT_REDIRECTS = 5;
const DEFAULT_MAXIMUM_BYTES = 16 * 1024 * 1024;

/** What is asked, and the function that makes the body, if one does. */
export interface Wanted {
  readonly plan: RequestPlan;
  readonly produce: LuaFunction | undefined;
}

/** What holds for all calls of a client unless they say otherwise. */
export interface Defaults {
  readonly options: Options;
  /** What the URLs of calls belong to. */
  readonly base: GivenUrl | undefined;
  readonly transfer: Transfer;
}

/** @throws LuaError for options of a client that no call could have */
export function readDefaults(options: Options): Defaults {
  for (const name of ["method", "query", ...BODIES] as const) {
    if (options.get(name) !== undefined) {
      options.fail(`'${name}' is for a call, not for all of a client`);
    }
  }
  const url = options.text("url");
  const base = url === undefined ? undefined : readUrl(url);
  if (base instanceof Failure) return options.fail(base.text);
  return { options, base, transfer: readTransfer(options) };
}

/** @returns A failure for a URL that can't be asked: it may come from outside. */
export function readWanted(options: Options, { base, transfer }: Defaults): Wanted | Failure {
  const given = readUrl(options.text("url") ?? options.fail("'url' is missing"), base?.target);
  if (given instanceof Failure) return given;
  const target = withQuery(given.target, queryText(options));
  const method = readMethod(options);
  const { body, contentType, produce } = readBody(options);
  const isSameOrigin = base?.target.url.origin === target.url.origin;
  const credentials =
    readAuth(options) ?? given.credentials ?? (isSameOrigin ? base.credentials : undefined);
  const made = options.isMadeOtherwise ? readTransfer(options) : transfer;
  const headers = withDefaults(options.headers(), made.decodes, contentType, credentials);
  checkLength(headers, body, options);
  return { plan: { ...made, method, target, headers, body }, produce };
}

type Transfer = Omit<RequestPlan, "method" | "target" | "headers" | "body">;

/** What has nothing to do with who is asked for what. */
function readTransfer(options: Options): Transfer {
  const isStreamed = options.flag("stream", false);
  const maximum = isStreamed ? Infinity : DEFAULT_MAXIMUM_BYTES;
  return {
    timeouts: readTimeouts(options, isStreamed),
    tls: readTls(options),
    redirects: options.count("redirects", DEFAULT_REDIRECTS, 0),
    maximumBytes: Math.min(
      options.count("maxBodySize", maximum, Infinity),
      isStreamed ? Infinity : MAX_TEXT_BYTES,
    ),
    isStreamed,
    decodes: options.flag("decode", true),
  };
}

function readMethod(options: Options): string {
  const method = options.text("method") ?? "GET";
  if (STANDARD.has(method)) return method;
  if (!/^[!#$%&'*+\-.^_`|~\w]+$/.test(method))
    return options.fail("'method' must be a word, such as 'POST'");
  const upper = method.toUpperCase();
  if (upper === "CONNECT") return options.fail("the method CONNECT is not offered");
  // Names of our own are as they are written.
  return STANDARD.has(upper) ? upper : method;
}

const STANDARD = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]);

function queryText(options: Options): string {
  const query = options.get("query");
  if (query === undefined) return "";
  if (typeof query === "string") {
    if (/[\0-\x20#\x7f]/.test(query)) {
      return options.fail("'query' has characters that must be encoded: give a table");
    }
    return query.replace(/^\?/, "");
  }
  return pairsText(options, "query", query);
}

/** `a=1&b=2` of a table. */
function pairsText(options: Options, name: OptionName, value: LuaValue): string {
  if (!(value instanceof LuaTable)) {
    return options.fail(`'${name}' must be a table, not a ${typeOf(value)}`);
  }
  const entries = new TableIterator(value);
  while (entries.advance()) {
    if (typeof entries.key !== "string") {
      return options.fail(`a key of '${name}' is a ${typeOf(entries.key)}, not a string`);
    }
    checkPairValue(options, name, entries.key, entries.value);
  }
  return encodeQuery(value);
}

function checkPairValue(options: Options, name: OptionName, key: string, value: LuaValue): void {
  if (value instanceof LuaTable) {
    for (const each of value.array) checkPlain(options, `${name}.${key}`, each);
    if (value.array.length === 0) options.fail(`'${name}.${key}' must be a list, if it is a table`);
  } else {
    checkPlain(options, `${name}.${key}`, value);
  }
}

function checkPlain(options: Options, name: string, value: LuaValue): void {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return;
  options.fail(`'${name}' is a ${typeOf(value)}: strings, numbers and booleans can be sent`);
}

interface Body {
  readonly body: RequestPlan["body"];
  readonly contentType: string | undefined;
  readonly produce: LuaFunction | undefined;
}

function readBody(options: Options): Body {
  const given = BODIES.filter((name) => options.get(name) !== undefined);
  if (given.length > 1) return options.fail(`'${given.join("' and '")}' exclude one another`);
  const [kind] = given;
  if (kind === undefined) return NO_BODY;
  const value = options.get(kind);
  if (kind === "json") return bytesBody(jsonText(options, value), "application/json");
  if (kind === "form") {
    return bytesBody(pairsText(options, "form", value), "application/x-www-form-urlencoded");
  }
  if (typeof value === "string") return bytesBody(value, undefined);
  if (typeof value === "function") {
    return { body: new BodyFeed(), contentType: undefined, produce: value };
  }
  return options.fail(
    `'body' must be a string or a function, not a ${typeOf(value)}; tables are sent by 'json' or 'form'`,
  );
}

const NO_BODY: Body = { body: undefined, contentType: undefined, produce: undefined };

function bytesBody(bytes: string, contentType: string | undefined): Body {
  return { body: Buffer.from(bytes, "latin1"), contentType, produce: undefined };
}

function jsonText(options: Options, value: LuaValue): string {
  try {
    return encodeJson(value);
  } catch (thrown) {
    if (thrown instanceof JsonError) return options.fail(`'json': ${thrown.message}`);
    throw thrown;
  }
}

function readAuth(options: Options): readonly [string, string] | undefined {
  const auth = options.get("auth");
  if (auth === undefined) return undefined;
  const [user, password] =
    auth instanceof LuaTable ? [auth.getNumber(1), auth.getNumber(2)] : [undefined, undefined];
  if (typeof user === "string" && typeof password === "string" && !user.includes(":")) {
    return [user, password];
  }
  return options.fail("'auth' must be a list of two strings, a user without ':' and a password");
}

function readTls(options: Options): TlsSettings {
  const tls = {
    verify: options.flag("verify", true),
    ca: options.text("ca"),
    cert: options.text("cert"),
    key: options.text("key"),
    serverName: options.text("serverName"),
  };
  const { ca, cert, key, serverName } = tls;
  if ((cert === undefined) !== (key === undefined)) {
    return options.fail("'cert' and 'key' belong together");
  }
  if (serverName !== undefined && !/^[\w.-]+$/.test(serverName)) {
    return options.fail("'serverName' must be the name of a host");
  }
  if (ca !== undefined || cert !== undefined) checkPem(options, tls);
  return tls;
}

function checkPem(options: Options, tls: TlsSettings): void {
  for (const name of ["ca", "cert", "key"] as const) {
    if (tls[name]?.includes("-----BEGIN ") === false) {
      options.fail(`'${name}' must be text in PEM, which has lines '-----BEGIN ...'`);
    }
  }
  try {
    clientOf(current.state).checkTls(tls);
  } catch (error) {
    options.fail(`'ca', 'cert' or 'key' can't be read: ${(error as Error).message}`);
  }
}

function readTimeouts(options: Options, isStreamed: boolean): Timeouts {
  const pieceS = isStreamed ? DEFAULT_TIMEOUT_S : Infinity;
  return {
    connectMs: options.duration("connectTimeout", DEFAULT_CONNECT_TIMEOUT_S),
    headersMs: options.duration("headersTimeout", pieceS),
    readMs: options.duration("readTimeout", pieceS),
    // How long somebody takes who reads piece by piece is their business.
    totalMs: options.duration("timeout", isStreamed ? Infinity : DEFAULT_TIMEOUT_S),
  };
}

const USUAL: readonly Header[] = [
  ["User-Agent", "spacer"],
  ["Accept", "*/*"],
];
const USUAL_DECODED: readonly Header[] = [...USUAL, ["Accept-Encoding", ACCEPTED_ENCODINGS]];

function withDefaults(
  wanted: readonly WantedHeader[],
  decodes: boolean,
  contentType: string | undefined,
  credentials: readonly [string, string] | undefined,
): readonly Header[] {
  const usual = decodes ? USUAL_DECODED : USUAL;
  if (wanted.length === 0 && contentType === undefined && credentials === undefined) return usual;
  const defaults = [...usual];
  if (contentType !== undefined) defaults.push(["Content-Type", contentType]);
  if (credentials !== undefined) defaults.push(["Authorization", basicAuthorization(credentials)]);
  const named = new Set(wanted.map(([name]) => name.toLowerCase()));
  const isSent = (header: WantedHeader): header is Header => header[1] !== undefined;
  return [...wanted.filter(isSent), ...defaults.filter(([name]) => !named.has(name.toLowerCase()))];
}

/** A length that is wrong would make the server take what follows for another request. */
function checkLength(
  headers: readonly Header[],
  body: RequestPlan["body"],
  options: Options,
): void {
  if (headers === USUAL || headers === USUAL_DECODED || body instanceof BodyFeed) return;
  const length = headers.find(([name]) => name.toLowerCase() === "content-length")?.[1];
  if (length === undefined) return;
  const actual = body === undefined ? 0 : body.length;
  if (Number(length) !== actual) {
    options.fail(
      `'Content-Length' is ${length}, but the body has ${String(actual)} bytes: leave it out`,
    );
  }
}
