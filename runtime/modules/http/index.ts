/**
 * The module `http`: asking other servers. A call waits for the response and holds up nobody. What the network does is a
 * result, nil and a message; what a program does wrong is raised.
 */
import { current } from "../../core/current.ts";
import { builtinCode } from "../../core/frames.ts";
import { typeOf } from "../../core/metatable.ts";
import type { LuaState } from "../../core/state.ts";
import { LuaTable } from "../../core/table.ts";
import type { LuaFunction, LuaValue, Results } from "../../core/value.ts";
import { argumentError } from "../../stdlib/arguments.ts";
import { defineLibrary, libraryTable } from "../../stdlib/library.ts";
import { Options, type OptionParts } from "./options.ts";
import { failureResults, responseTable } from "./response.ts";
import { send } from "./send.ts";
import { readDefaults, readWanted, type Defaults } from "./wanted.ts";
import { Failure } from "./wire/failure.ts";

/** The functions of the module. @library http */
function requestFunctions(defaults: Defaults): Record<string, LuaFunction> {
  return {
    /**
     * Asks for a URL: a table with `status`, `ok` (whether that is 200 to 299), `headers`, `body`, `reason` and `url`, or
     * nil, a message and its kind: "url", "resolve", "connect", "tls", "timeout", "closed", "protocol", "size",
     * "redirect" or "held".
     *
     * Options: `headers`, `query` (a table), `auth` (`{user, password}`); `timeout` (seconds for all of it, 30),
     * `connectTimeout` (10), `headersTimeout`, `readTimeout`, each a number or false; `redirects` (how many are
     * followed, 5), `maxBodySize` (bytes, 16 MiB), `decode` (false leaves gzip and the like as they are), `stream` (true
     * to read the body piece by piece); `verify`, `ca`, `cert`, `key` and `serverName` for HTTPS.
     *
     * @signature (url [, options])
     * @throws LuaError "there is no option 'x'; ..."
     */
    get: (url, options) => short("GET", url, options, defaults),

    /** As `http.get`, for the headers alone. @signature (url [, options]) */
    head: (url, options) => short("HEAD", url, options, defaults),

    /**
     * Sends something to a URL, and returns what `http.get` returns. More options: one of `json` (a value), `form` (a
     * table) and `body` (a string, or a function that returns pieces and nil at the end).
     *
     * @signature (url [, options])
     */
    post: (url, options) => short("POST", url, options, defaults),

    /** As `http.post`, by PUT. @signature (url [, options]) */
    put: (url, options) => short("PUT", url, options, defaults),

    /** As `http.post`, by PATCH. @signature (url [, options]) */
    patch: (url, options) => short("PATCH", url, options, defaults),

    /** As `http.post`, by DELETE. @signature (url [, options]) */
    delete: (url, options) => short("DELETE", url, options, defaults),

    /**
     * As the others, with `url` and `method` among the options: `http.request{method = "PURGE", url = ...}`.
     *
     * @signature (options)
     */
    request: (options) => {
      if (typeof options === "string") {
        return argumentError(
          1,
          "table expected, got string: http.request{url = ...}, or http.get(url)",
        );
      }
      if (!(options instanceof LuaTable)) {
        return argumentError(1, `table expected, got ${typeOf(options)}`);
      }
      return ask({ table: options }, 1, defaults);
    },
  };
}

const CODE = builtinCode("http.request");

const NO_DEFAULTS = readDefaults(
  new Options({ table: undefined }, (problem) => {
    throw new Error(problem);
  }),
);

const httpLibrary = defineLibrary("http", requestFunctions(NO_DEFAULTS));

const clientLibrary = defineLibrary("http", {
  /**
   * A table with the functions of this module, for which these options hold unless a call has others. A `url` among them
   * is what the URLs of calls belong to: "/users", "?page=2".
   *
   * @signature (options)
   */
  new: (options) => {
    if (!(options instanceof LuaTable)) {
      return argumentError(1, `table expected, got ${typeOf(options)}`);
    }
    // Mistakes are told here rather than by each call.
    const fail = (problem: string): never => argumentError(1, problem);
    const defaults = readDefaults(new Options({ table: options }, fail));
    return libraryTable(defineLibrary("http", requestFunctions(defaults)));
  },
});

/** Makes the module's table. */
export function openHttp(_state: LuaState): LuaTable {
  const functions = { ...httpLibrary.functions, ...clientLibrary.functions };
  return libraryTable({ functions });
}

function short(method: string, url: LuaValue, table: LuaValue, defaults: Defaults): Results {
  if (typeof url !== "string") return argumentError(1, `a URL expected, got ${typeOf(url)}`);
  if (table === undefined) return ask({ table, url, method }, 2, defaults);
  if (!(table instanceof LuaTable)) {
    return argumentError(2, `table expected, got ${typeOf(table)}`);
  }
  for (const name of ["url", "method"]) {
    if (table.getString(name) !== undefined) {
      return argumentError(2, `'${name}' is for http.request{...}`);
    }
  }
  return ask({ table, url, method }, 2, defaults);
}

/** @param argument The one that the options are in, for messages. */
function ask(parts: OptionParts, argument: number, defaults: Defaults): Results {
  const fail = (problem: string): never => argumentError(argument, problem);
  const options = new Options({ ...parts, client: defaults.options }, fail);
  const wanted = readWanted(options, defaults);
  if (wanted instanceof Failure) return failureResults(wanted);
  const { isStreamed } = wanted.plan;
  const { state } = current;
  return send(wanted, CODE, (outcome) =>
    outcome instanceof Failure
      ? failureResults(outcome)
      : responseTable(state, outcome, isStreamed),
  );
}
