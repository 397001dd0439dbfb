/**
 * The module `flow`: calls between functions that look like requests to the gateway, so that they
 * can be traced one by one.
 *
 * Nothing is shared between caller and callee: arguments and results are copied through JSON.
 */
import { current } from "../core/current.ts";
import { LuaError } from "../core/error.ts";
import type { LuaState } from "../core/state.ts";
import { waitUnlessEnded, type Waiter } from "../core/suspend.ts";
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
   * `flow.call(name [, data])`: calls a function with a copy of `data` as its `args` and returns a copy
   * of its result. Waits when the callee does; others run meanwhile.
   *
   * @signature (name [, data])
   * @throws LuaError The callee's whole reply as JSON text, when the callee fails or is missing
   */
  call: (name, data) => {
    const callee = checkString(name, 1).replace(/^\/+/, "");
    const { state, invocation: outer } = current;
    const functions = functionsOf(state);
    const invocation = functions.newInvocation(outer);
    if (invocation.depth >= MAX_DEPTH) {
      return callerError(`flow.call: more than ${String(MAX_DEPTH)} calls inside one another`);
    }
    const args = copyArguments(data);
    return waitUnlessEnded((caller) => {
      functions.begin(
        { name: callee, args, invocation },
        {
          ended: (outcome) => {
            const options = { state, mode: functions.mode, invocation, isOutermost: false };
            const { status, body } = replyTo(callee, outcome, options);
            if (status !== 200) caller.fail(new LuaError(body));
            else takeData(body, caller);
          },
          failed: (bug) => caller.fail(bug),
        },
      );
    });
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

/** @param body Of a reply to a call that succeeded. */
function takeData(body: string, caller: Waiter): void {
  try {
    const envelope = decodeJson(body);
    caller.wake(envelope instanceof LuaTable ? envelope.getString("data") : undefined);
  } catch (thrown) {
    if (!(thrown instanceof JsonError)) throw thrown;
    caller.fail(new Error(thrown.message));
  }
}
