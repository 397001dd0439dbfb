/**
 * The module `resty.http`, as programs for OpenResty know it (lua-resty-http 0.17): the same methods, results and words,
 * over the connections of the module `http`. What it can't do says so.
 */
import { current } from "../../../core/current.ts";
import { builtinCode } from "../../../core/frames.ts";
import type { LuaState } from "../../../core/state.ts";
import { LuaTable } from "../../../core/table.ts";
import type { LuaValue, Results } from "../../../core/value.ts";
import {
  callerError,
  checkNumber,
  checkString,
  optionalNumber,
} from "../../../stdlib/arguments.ts";
import { defineBuiltin, defineLibrary, libraryTable } from "../../../stdlib/library.ts";
import { exchange } from "../../ngx/http/running.ts";
import { send } from "../send.ts";
import { Failure } from "../wire/failure.ts";
import { ownConnection, RestyClient } from "./client.ts";
import { parseUri, readConnectOptions, readRequest, uriParams } from "./params.ts";
import { restyResults, streamedResponse, wholeResponse } from "./response.ts";

const restyLibrary = defineLibrary("resty.http", {
  /** A client, which has one connection at a time. */
  new: () => {
    const object = new LuaTable();
    object.metatable = metatables.get(current.state);
    clients.set(object, new RestyClient());
    return object;
  },

  /**
   * Sends a request and reads the whole response: a table with `status`, `reason`, `headers`, `has_body` and `body`; or
   * nil and a message. Parameters: `method`, `path`, `query`, `headers`, `body`, `keepalive`, `ssl_verify`,
   * `ssl_server_name`. Redirects are not followed, and bodies not decoded.
   *
   * @signature (self, uri [, params])
   */
  request_uri: (self, uri, params) => {
    const client = checkClient(self);
    const given = uriParams(checkString(uri, 2), params);
    if (given instanceof Failure) return restyResults(given);
    const wanted = readRequest(given.place, given.params, client.timeouts, false);
    if (wanted instanceof Failure) return restyResults(wanted);
    const { state } = current;
    return send(wanted, REQUEST_URI, (outcome) =>
      outcome instanceof Failure
        ? restyResults(outcome)
        : wholeResponse(state, outcome, wanted.plan),
    );
  },

  /**
   * Connects: true, or nil and a message such as "connection refused" or "timeout". Options: `scheme`, `host`, `port`,
   * `ssl_verify` (true unless given), `ssl_server_name`. The older form `connect(host, port)` knows no TLS until
   * `ssl_handshake`.
   *
   * @signature (self, options)
   */
  connect: (self, options, port) => {
    const client = checkClient(self);
    const place = readConnectOptions(options, port);
    if (place instanceof Failure) return restyResults(place);
    return client.connect(place, options instanceof LuaTable ? true : 1);
  },

  /**
   * Encrypts a connection of the older form `connect(host, port)`.
   *
   * @signature (self [, session [, host [, verify]]])
   */
  ssl_handshake: (self, _session, host, verify) =>
    checkClient(self).encrypt(
      host === undefined ? undefined : checkString(host, 3),
      verify !== undefined && verify !== false,
    ),

  /**
   * Sends a request over the connection: a table with `status`, `reason`, `headers`, `has_body`, `body_reader`,
   * `read_body` and `read_trailers`; or nil and a message. The body has to be read before the next request.
   *
   * @signature (self, params)
   */
  request: (self, params) => {
    const client = checkClient(self);
    const { connection, place } = client;
    if (connection?.isOpen !== true || place === undefined) return [undefined, "closed"];
    if (client.isBusy) return [undefined, "the body of the last response was not read"];
    const wanted = readRequest(place, params, client.timeouts, true);
    if (wanted instanceof Failure) return restyResults(wanted);
    const { state } = current;
    const finish = (outcome: Parameters<Parameters<typeof send>[2]>[0]): Results => {
      if (outcome instanceof Failure) return restyResults(outcome);
      client.response = outcome;
      return streamedResponse(state, outcome, wanted.plan);
    };
    return send(wanted, REQUEST, finish, ownConnection(connection));
  },

  /** Sets all three timeouts, in milliseconds. @signature (self, milliseconds) */
  set_timeout: (self, milliseconds) => {
    const time = checkTime(milliseconds, 2);
    checkClient(self).timeouts = { connectMs: time, sendMs: time, readMs: time };
    return undefined;
  },

  /** Sets the timeouts of connecting, sending and reading, in milliseconds. @signature (self, connect, send, read) */
  set_timeouts: (self, connect, sending, read) => {
    checkClient(self).timeouts = {
      connectMs: checkTime(connect, 2),
      sendMs: checkTime(sending, 3),
      readMs: checkTime(read, 4),
    };
    return undefined;
  },

  /**
   * Keeps the connection for whoever needs one to the same place: 1; 2 and "connection must be closed" when the server
   * closes it; nil and a message. How many are kept and for how long is not for the program to say.
   *
   * @signature (self [, maximumIdle [, poolSize]])
   */
  set_keepalive: (self) => checkClient(self).keep(),

  /** Closes the connection: 1, or nil and "closed". @signature (self) */
  close: (self) => checkClient(self).close(),

  /** How often the connection had been kept before: 0 for a new one; nil and "closed". @signature (self) */
  get_reused_times: (self) => {
    const { connection } = checkClient(self);
    return connection?.isOpen === true ? connection.reuseCount : [undefined, "closed"];
  },

  /**
   * The parts of a URI as a list: scheme, host, port, path, query. The query is part of the path unless false is given.
   * nil and a message for what is none.
   *
   * @signature (self, uri [, isQueryInPath])
   */
  parse_uri: (_self, uri, isQueryInPath) => {
    const parts = parseUri(checkString(uri, 2), isQueryInPath !== false);
    if (parts instanceof Failure) return [undefined, parts.text];
    const table = new LuaTable(undefined, [parts.scheme, parts.host, parts.port, parts.path]);
    if (parts.query !== undefined) table.setNumber(5, parts.query);
    return table;
  },

  /**
   * A function that gives the body of the request that is being answered, in pieces of so many bytes at most; nil when
   * there is none.
   *
   * @signature (self [, size])
   */
  get_client_body_reader: (_self, size, socket) => {
    if (socket !== undefined)
      return callerError("other sockets than the request's are not offered");
    const { body } = exchange().request;
    if (body === "") return undefined;
    const usual = Math.max(1, optionalNumber(size, 2, DEFAULT_PIECE_BYTES));
    let position = 0;
    return defineBuiltin("resty.http.body_reader", (wanted) => {
      if (position >= body.length) return undefined;
      const piece = body.slice(position, position + Math.max(1, optionalNumber(wanted, 1, usual)));
      position += piece.length;
      return piece;
    });
  },

  /** Not offered. @signature (self, ...) @throws LuaError "resty.http: request_pipeline is not offered: ..." */
  request_pipeline: refusing("request_pipeline", "send one request after the other"),

  /** Not offered. @signature (self, ...) @throws LuaError "resty.http: set_proxy_options is not offered: ..." */
  set_proxy_options: refusing("set_proxy_options", "there are no proxies"),

  /** Not offered. @signature (self, ...) @throws LuaError "resty.http: connect_proxy is not offered: ..." */
  connect_proxy: refusing("connect_proxy", "there are no proxies"),

  /** Not offered. @signature (self, ...) @throws LuaError "resty.http: proxy_request is not offered: ..." */
  proxy_request: refusing("proxy_request", "use request, and ngx.print for what comes"),

  /** Not offered. @signature (self, ...) @throws LuaError "resty.http: proxy_response is not offered: ..." */
  proxy_response: refusing("proxy_response", "use res.body_reader and ngx.print"),
});

const REQUEST_URI = builtinCode("resty.http.request_uri");
const REQUEST = builtinCode("resty.http.request");
const DEFAULT_PIECE_BYTES = 65_536;

const metatables = new WeakMap<LuaState, LuaTable>();
const clients = new WeakMap<LuaTable, RestyClient>();

/** Makes the module's table. */
export function openRestyHttp(state: LuaState): LuaTable {
  const table = libraryTable(restyLibrary, { _VERSION: "0.17.2" });
  const metatable = new LuaTable();
  metatable.setString("__index", table);
  metatables.set(state, metatable);
  return table;
}

function refusing(name: string, advice: string) {
  return (): never => callerError(`resty.http: ${name} is not offered: ${advice}`);
}

function checkClient(value: LuaValue): RestyClient {
  const client = value instanceof LuaTable ? clients.get(value) : undefined;
  return client ?? callerError("not a client of resty.http: local httpc = http.new()");
}

/** As for sockets of OpenResty, 0 and less are no time at all: the default holds. */
function checkTime(value: LuaValue, argument: number): number {
  const time = checkNumber(value, argument);
  return time > 0 ? time : DEFAULT_TIME_MS;
}

const DEFAULT_TIME_MS = 60_000;
