/**
 * The module `flow`: calls between functions that look like requests to the gateway, so that they
 * can be traced one by one.
 *
 * Nothing is shared between caller and callee: arguments and results are copied through JSON.
 */
import { current } from "../core/current.ts";
import { raise } from "../core/error.ts";
import type { LuaState } from "../core/state.ts";
import { LuaTable } from "../core/table.ts";
import type { LuaValue } from "../core/value.ts";
import { argsFrom, functionsOf, replyTo } from "../functions/index.ts";
import { decodeJson, encodeJson, JsonError } from "../json/index.ts";
import { argumentError, callerError, checkString } from "../stdlib/arguments.ts";
import { defineLibrary, libraryTable } from "../stdlib/library.ts";

/** So many calls may be in progress, one inside the other; nginx's limit for subrequests. */
const MAX_DEPTH = 50;

const flowLibrary = defineLibrary("flow", {
  /**
   * `flow.call(name, data)`: calls a function with a copy of `data` as its `args` and returns a copy
   * of its result.
   *
   * @throws LuaError The callee's whole reply as JSON text, when the callee fails or is missing
   */
  call: (name, data) => {
    const callee = checkString(name, 1).replace(/^\/+/, "");
    const functions = functionsOf(current.state);
    if (functions.depth >= MAX_DEPTH) {
      return callerError(`flow.call: more than ${String(MAX_DEPTH)} calls inside one another`);
    }
    const outcome = functions.call(callee, copyArguments(data));
    const reply = replyTo(callee, outcome, {
      state: current.state,
      mode: functions.mode,
      isOutermost: false,
    });
    return reply.status === 200 ? dataOf(reply.body) : raise(reply.body);
  },
});

/** Makes the module's table. */
export function openFlow(_state: LuaState): LuaTable {
  return libraryTable(flowLibrary);
}

function copyArguments(data: LuaValue): LuaTable {
  if (data === undefined) return new LuaTable();
  try {
    return argsFrom(decodeJson(encodeJson(data)));
  } catch (thrown) {
    if (thrown instanceof JsonError) return argumentError(2, thrown.message);
    throw thrown;
  }
}

function dataOf(body: string): LuaValue {
  try {
    const envelope = decodeJson(body);
    return envelope instanceof LuaTable ? envelope.getString("data") : undefined;
  } catch (thrown) {
    if (thrown instanceof JsonError) return callerError(thrown.message);
    throw thrown;
  }
}
