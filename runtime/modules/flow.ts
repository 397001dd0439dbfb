/**
 * The module `flow`: calls between functions that look like requests to the gateway, so that they
 * can be traced one by one.
 *
 * Nothing is shared between caller and callee: arguments and results are copied through JSON.
 */
import { NONE } from "../core/call.ts";
import { current } from "../core/current.ts";
import { LuaError } from "../core/error.ts";
import type { Invocation } from "../core/invocation.ts";
import type { LuaState } from "../core/state.ts";
import { waitUnlessEnded, type Waiter } from "../core/suspend.ts";
import { LuaTable } from "../core/table.ts";
import type { LuaValue } from "../core/value.ts";
import { argsFrom, functionsOf, replyTo, type Outcome, type Reply } from "../functions/index.ts";
import { decodeJson, encodeJson, JsonError } from "../json/index.ts";
import { argumentError, callerError, checkString, checkTable } from "../stdlib/arguments.ts";
import { defineLibrary, libraryTable } from "../stdlib/library.ts";
import { beginSpan } from "../tracing/index.ts";

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
  call: (nameValue, data) => {
    const name = toName(checkString(nameValue, 1));
    checkDepth("flow.call");
    const args = copyArguments(data, (problem) => argumentError(2, problem));
    return waitUnlessEnded((caller) => {
      begin({ name, args }, caller);
      return undefined;
    });
  },

  /**
   * `flow.all({{name [, data]}, ...})`: calls functions as `flow.call` does, all at once. Returns their results, one for
   * each in the order of the list, when all have ended.
   *
   * @throws LuaError What `flow.call` raises for the first of the list that failed; the others have ended, too
   */
  all: (list) => {
    const calls = toCalls(checkTable(list, 1));
    checkDepth("flow.all");
    if (calls.length === 0) return NONE;
    return waitUnlessEnded((caller) => {
      beginAll(calls, caller);
      return undefined;
    });
  },
});

/** Makes the module's table. */
export function openFlow(_state: LuaState): LuaTable {
  return libraryTable(flowLibrary);
}

/** A call as `flow.call` makes it. */
export interface Call {
  readonly name: string;
  readonly args: LuaTable;
}

/** Who made it: exactly one of these is called, once, now or later. */
export interface CallEnd {
  readonly replied: (reply: Reply) => void;
  /** @param bug Of ours: errors of functions are replies. */
  readonly failed: (bug: unknown) => void;
}

export function toName(name: string): string {
  return name.replace(/^\/+/, "");
}

function toCalls(list: LuaTable): Call[] {
  return list.array.map((entry, index) => {
    const what = `call ${String(index + 1)} of the list`;
    const name = entry instanceof LuaTable ? entry.getNumber(1) : undefined;
    if (!(entry instanceof LuaTable) || typeof name !== "string") {
      return argumentError(1, `${what} must be a table with the name of a function`);
    }
    const fail = (problem: string): never => argumentError(1, `${what}: ${problem}`);
    return { name: toName(name), args: copyArguments(entry.getNumber(2), fail) };
  });
}

/** @param called The function that would call another one. */
export function checkDepth(called: string): void {
  const depth = current.invocation === undefined ? 0 : current.invocation.depth + 1;
  if (depth >= MAX_DEPTH) {
    callerError(`${called}: more than ${String(MAX_DEPTH)} calls inside one another`);
  }
}

/** What a function gets of some data. @param fail Raises an error about what JSON can't say. */
export function copyArguments(data: LuaValue, fail: (problem: string) => never): LuaTable {
  if (data === undefined) return new LuaTable();
  try {
    return argsFrom(decodeJson(encodeJson(data)));
  } catch (thrown) {
    if (thrown instanceof JsonError) return fail(thrown.message);
    throw thrown;
  }
}

/** @param caller Is told of the result, or of the error. */
function begin(call: Call, caller: Waiter): void {
  beginCall(call, {
    replied: ({ status, body }) => {
      if (status !== 200) caller.fail(new LuaError(body));
      else takeData(body, caller);
    },
    failed: (bug) => {
      caller.fail(bug);
    },
  });
}

/** Begins a call, up to where it waits. */
export function beginCall({ name, args }: Call, end: CallEnd): void {
  const { state, invocation: outer } = current;
  const functions = functionsOf(state);
  const invocation = functions.newInvocation(outer);
  // As the original's requests looked in its log.
  const span = beginSpan(outer, { method: "GET", path: `/${name}`, name });
  invocation.span = span;
  functions.begin(
    { name, args, invocation },
    {
      ended: (outcome) => {
        const reply = replyOf(name, outcome, invocation);
        span?.end(reply.status, reply.body.length);
        end.replied(reply);
      },
      failed: (bug) => {
        span?.end(500, 0);
        end.failed(bug);
      },
    },
  );
}

function replyOf(name: string, outcome: Outcome, invocation: Invocation) {
  const { state } = invocation;
  const { mode } = functionsOf(state);
  return replyTo(name, outcome, { state, mode, invocation, isOutermost: false });
}

/** Begins calls one after the other, each up to where it waits. */
function beginAll(calls: readonly Call[], caller: Waiter): void {
  const results: LuaValue[] = new Array<LuaValue>(calls.length).fill(undefined);
  /** Of the first call in the list that failed. */
  let failure: { readonly index: number; readonly error: unknown } | undefined;
  let openCount = calls.length;
  const ended = (): void => {
    if (--openCount > 0) return;
    if (failure !== undefined) caller.fail(failure.error);
    else caller.wake(results.length === 1 ? results[0] : results);
  };
  calls.forEach((call, index) => {
    begin(call, {
      wake: (result) => {
        results[index] = result as LuaValue;
        ended();
      },
      fail: (error) => {
        if (failure === undefined || index < failure.index) failure = { index, error };
        ended();
      },
    });
  });
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
