/** `ngx.location`: requests to the project's own routes, which never are on the network. */
import { current } from "../../../core/current.ts";
import { typeOf } from "../../../core/metatable.ts";
import { waitFor } from "../../../core/suspend.ts";
import { LuaTable } from "../../../core/table.ts";
import type { LuaValue } from "../../../core/value.ts";
import type { HeaderList } from "../../../functions/index.ts";
import type { CapturedReply, HttpExchange, Subrequest } from "../../../http.ts";
import { callerError } from "../../../stdlib/arguments.ts";
import { defineBuiltin, defineLibrary } from "../../../stdlib/library.ts";
import { methodOf } from "./constants.ts";
import { queryOf } from "./request.ts";
import { exchange } from "./running.ts";

/** So many may be in progress, one inside the other; nginx's limit. */
const MAX_DEPTH = 50;

/** Options of nginx that have no meaning here: what a subrequest changes is its own. */
const REFUSED = ["ctx", "vars", "copy_all_vars", "share_all_vars"];

/** Their bodies are those of the request unless told otherwise. */
const WITH_BODY = ["POST", "PUT"];

export const locationLibrary = defineLibrary("ngx.location", {
  /**
   * Asks a route of the project, without the network, and waits for its reply: a table with `status`,
   * `header`, `body` and `truncated`. Options: `method` (`ngx.HTTP_POST`, ...; GET unless given), `body`,
   * `args` (text or table, added to the query), `always_forward_body`. The headers are those of the request.
   *
   * @signature (uri [, options])
   * @throws LuaError "Bad http request method"
   */
  capture: (...values) => {
    if (values.length !== 1 && values.length !== 2) {
      return callerError("expecting one or two arguments");
    }
    const http = exchange();
    const request = readRequest(http, values, 0);
    const { state } = current;
    return waitFor(http.capture(request).then((reply) => state.enter(() => toTable(reply))));
  },

  /**
   * As `ngx.location.capture`, several at once: takes a list of lists `{uri [, options]}` and returns a
   * reply for each.
   *
   * @signature (requests)
   * @throws LuaError "at least one subrequest should be specified"
   */
  capture_multi: (...values) => {
    const [list] = values;
    if (values.length !== 1) return callerError("only one argument is expected");
    if (!(list instanceof LuaTable)) return callerError("the argument must be a table");
    const http = exchange();
    const count = list.length();
    if (count === 0) return callerError("at least one subrequest should be specified");
    const requests = Array.from({ length: count }, (_, place) => {
      const entry = list.getNumber(place + 1);
      if (entry instanceof LuaTable) {
        return readRequest(http, [entry.getNumber(1), entry.getNumber(2)], place);
      }
      return callerError(
        `the query argument ${String(place)} is not a table, but a ${typeOf(entry)}`,
      );
    });
    const { state } = current;
    const replies = Promise.all(requests.map((request) => http.capture(request)));
    return waitFor(replies.then((all) => state.enter(() => all.map(toTable))));
  },
});

function readRequest(
  { request }: HttpExchange,
  [uri, options]: readonly LuaValue[],
  place: number,
): Subrequest {
  if (typeof uri !== "string") {
    return callerError(`expecting a string as the uri of subrequest ${String(place)}`);
  }
  if ((current.invocation?.depth ?? 0) + 1 >= MAX_DEPTH) {
    return callerError(`more than ${String(MAX_DEPTH)} subrequests inside one another`);
  }
  const option = readOptions(options, place);
  const method = readMethod(option("method"));
  const body = readBody(option("body"));
  const forwards = WITH_BODY.includes(method) || option("always_forward_body") === true;
  return {
    method,
    target: targetOf(uri, option("args")),
    body: body ?? (forwards ? request.body : ""),
  };
}

function readOptions(options: LuaValue, place: number): (name: string) => LuaValue {
  if (options === undefined) return () => undefined;
  if (!(options instanceof LuaTable)) {
    const got = typeOf(options);
    return callerError(
      `expecting table as the 2nd argument for subrequest ${String(place)}, but got ${got}`,
    );
  }
  const refused = REFUSED.find((name) => options.getString(name) !== undefined);
  if (refused !== undefined) {
    return callerError(`the option "${refused}" of ngx.location.capture is not offered`);
  }
  return (name) => options.getString(name);
}

function readMethod(method: LuaValue): string {
  if (method === undefined) return "GET";
  return (
    (typeof method === "number" ? methodOf(method) : undefined) ??
    callerError("Bad http request method")
  );
}

function readBody(body: LuaValue): string | undefined {
  if (body === undefined || typeof body === "string") return body;
  return callerError("Bad http request body");
}

/** @param uri With or without a query; what is no URI is encoded. */
function targetOf(uri: string, args: LuaValue): string {
  const query = args === undefined ? "" : (queryOf(args) ?? callerError("Bad query args"));
  const path = uri.replace(/[\0-\x20"<>\\^`{|}\x7f-\xff]/g, (char) => {
    return `%${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  const target = path.startsWith("/") ? path : `/${path}`;
  if (query === "") return target;
  return `${target}${target.includes("?") ? "&" : "?"}${query}`;
}

function toTable({ status, headers, body, isTruncated }: CapturedReply): LuaTable {
  const table = new LuaTable();
  table.setString("status", status);
  table.setString("header", headerTable(headers));
  table.setString("body", body);
  table.setString("truncated", isTruncated);
  return table;
}

/** Names are written as nginx writes them, "Content-Type"; other spellings find them, too. */
function headerTable(headers: HeaderList): LuaTable {
  const table = new LuaTable();
  for (const [name] of headers) {
    const values = headers.all(name);
    table.setString(
      nginxName(name),
      values.length > 1 ? new LuaTable(undefined, [...values]) : values[0],
    );
  }
  table.metatable = new LuaTable();
  table.metatable.setString("__index", findByName);
  return table;
}

const findByName = defineBuiltin("ngx.location.header.__index", (headers, key) => {
  if (!(headers instanceof LuaTable) || typeof key !== "string") return undefined;
  return headers.getString(nginxName(key.replaceAll("_", "-")));
});

/** "Content-Type" */
function nginxName(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
