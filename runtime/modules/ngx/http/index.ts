/** What `ngx` has for functions that answer requests. */
import { NONE } from "../../../core/call.ts";
import { current } from "../../../core/current.ts";
import { typeOf } from "../../../core/metatable.ts";
import { numberToString, stringToNumber } from "../../../core/number.ts";
import { LuaTable } from "../../../core/table.ts";
import type { LuaFunction, LuaValue } from "../../../core/value.ts";
import { writeLog } from "../../../functions/index.ts";
import { callerError } from "../../../stdlib/arguments.ts";
import {
  defineBuiltin,
  defineLibrary,
  libraryTable,
  type Library,
} from "../../../stdlib/library.ts";
import { abortLibrary, clientLibrary } from "./abort.ts";
import { locationLibrary } from "./capture.ts";
import { HTTP_CONSTANTS } from "./constants.ts";
import { openHeader, responseLibrary } from "./headers.ts";
import { logLibrary } from "./log.ts";
import { outputLibrary } from "./output.ts";
import { requestLibrary } from "./request.ts";
import { contextOwner, exchange, phase } from "./running.ts";
import { openVariables } from "./variables.ts";

const phaseLibrary = defineLibrary("ngx", {
  /** What the code runs for: "content" for calls of functions, "timer" for others. */
  get_phase: () => phase(),
});

export const httpFunctions: Library["functions"] = {
  ...outputLibrary.functions,
  ...abortLibrary.functions,
  ...logLibrary.functions,
  ...phaseLibrary.functions,
};

/** The fields of `ngx` that are the same whatever is running, for one state. */
export function httpValues(): Record<string, LuaValue> {
  return {
    ...HTTP_CONSTANTS,
    header: openHeader(),
    location: libraryTable(locationLibrary),
    req: libraryTable(requestLibrary),
    resp: libraryTable(responseLibrary),
    var: openVariables(),
  };
}

/** What the module `sse` has besides `ngx`. */
export function openClient(): LuaTable {
  return libraryTable(clientLibrary);
}

/** Of the table `ngx`: fields that depend on what is running. */
export function httpMetatable(): LuaTable {
  const metatable = new LuaTable();
  metatable.setString("__index", readProperty);
  metatable.setString("__newindex", writeProperty);
  return metatable;
}

const contexts = new WeakMap<object, LuaTable>();

const readProperty = defineBuiltin("ngx.__index", (_ngx, key) => {
  switch (key) {
    case "status":
      return exchange().reply.status;
    case "headers_sent":
      return exchange().reply.isBegun;
    case "is_subrequest":
      return exchange().isSubrequest;
    case "ctx":
      return readContext();
    default:
      return undefined;
  }
});

const writeProperty: LuaFunction = defineBuiltin("ngx.__newindex", (ngx, key, value) => {
  switch (key) {
    case "status":
      setStatus(value);
      break;
    case "headers_sent":
    case "is_subrequest":
      break;
    case "ctx":
      if (!(value instanceof LuaTable)) {
        return callerError(`ctx should be a table while getting a ${typeOf(value)}`);
      }
      contexts.set(contextOwner(), value);
      break;
    default:
      (ngx as LuaTable).set(key, value);
  }
  return NONE;
});

/** A table of the call's own, which lasts as long as that. */
function readContext(): LuaTable {
  const owner = contextOwner();
  let context = contexts.get(owner);
  if (context === undefined) contexts.set(owner, (context = new LuaTable()));
  return context;
}

function setStatus(value: LuaValue): void {
  const { reply } = exchange();
  const number = typeof value === "string" ? stringToNumber(value) : value;
  if (typeof number !== "number")
    return callerError(`bad status: number expected, got ${typeOf(value)}`);
  const status = Math.trunc(number);
  if (status !== 0 && !(status >= 200 && status <= 999)) {
    return callerError(`bad status: ${numberToString(number)}`);
  }
  if (!reply.isBegun) {
    reply.status = status;
    return;
  }
  const { state, invocation } = current;
  const text = "attempt to set ngx.status after sending out response headers";
  writeLog(state, { level: "error", text, invocation });
}
