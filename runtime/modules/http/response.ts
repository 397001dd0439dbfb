/** Responses, as Lua sees them. */
import { current } from "../../core/current.ts";
import type { LuaState } from "../../core/state.ts";
import { waitUntil } from "../../core/suspend.ts";
import { LuaTable } from "../../core/table.ts";
import { encodeUtf8 } from "../../core/utf8.ts";
import type { LuaValue, Results } from "../../core/value.ts";
import { decodeJson, JsonError } from "../../json/index.ts";
import { argumentError, callerError } from "../../stdlib/arguments.ts";
import { defineBuiltin, defineLibrary, libraryTable } from "../../stdlib/library.ts";
import { headersTable } from "./headers.ts";
import type { Response } from "./wire/outcome.ts";
import { Failure } from "./wire/failure.ts";
import { MAX_TEXT_BYTES } from "./wire/plan.ts";

const responseLibrary = defineLibrary("response", {
  /**
   * The value of a body in JSON, or nil and what is wrong with it. Null is `cjson.null`. Waits for what is left of a
   * body that is streamed.
   *
   * @signature (self)
   */
  json: (self) => {
    const { table, response } = checkResponse(self, "json");
    const body = table.getString("body");
    if (typeof body === "string") return parse(body);
    return readAll(response, (text) => parse(text));
  },

  /**
   * The next piece of a body that is streamed, of so many bytes at most, once there is one; nil at the end; nil, a
   * message and its kind when the response breaks off. With "*a" all that is left.
   *
   * @signature (self [, maximum])
   * @throws LuaError "the body is in the field 'body': ..."
   */
  read: (self, maximum) => {
    const { table, response } = checkResponse(self, "read");
    checkStreamed(table);
    if (maximum === "*a" || maximum === "a") return readAll(response, (text) => text);
    return readPiece(response, checkMaximum(maximum), (failure) => failureResults(failure));
  },

  /**
   * For a loop over the pieces of a body that is streamed: `for piece in res:chunks() do`. Raises an error when the
   * response breaks off.
   *
   * @signature (self [, maximum])
   * @throws LuaError "the body is in the field 'body': ..."
   */
  chunks: (self, maximum) => {
    const { table, response } = checkResponse(self, "chunks");
    checkStreamed(table);
    const most = checkMaximum(maximum);
    return defineBuiltin("response.chunks", () => readPiece(response, most, raiseFailure));
  },

  /** Ends a body that is streamed before it was read to its end; its connection is closed. @signature (self) */
  close: (self) => {
    const { response } = checkResponse(self, "close");
    if (!response.body.isOver) response.call.abort();
    return true;
  },
});

const metatables = new WeakMap<LuaState, LuaTable>();
const responses = new WeakMap<LuaTable, Response>();

function metatableOf(state: LuaState): LuaTable {
  let metatable = metatables.get(state);
  if (metatable === undefined) {
    metatable = new LuaTable();
    metatable.setString("__index", libraryTable(responseLibrary));
    metatables.set(state, metatable);
  }
  return metatable;
}

/** What `http.get` and its like return. */
export function responseTable(state: LuaState, response: Response, isStreamed: boolean): LuaTable {
  const { status, reason, headers, target, body } = response;
  const table = new LuaTable();
  table.setString("status", status);
  table.setString("ok", status >= 200 && status < 300);
  table.setString("reason", reason);
  table.setString("headers", headersTable(state, headers, true));
  if (!isStreamed) table.setString("body", body.take());
  table.setString("url", encodeUtf8(target.url.href));
  table.metatable = metatableOf(state);
  responses.set(table, response);
  return table;
}

/** nil, the message, and its kind. */
export function failureResults({ text, kind }: Failure): readonly LuaValue[] {
  return [undefined, text, kind];
}

/** Raised as an error of the builtin that waits. */
function raiseFailure({ text }: Failure): Error {
  return new Error(text);
}

function checkResponse(value: LuaValue, name: string): { table: LuaTable; response: Response } {
  const response = value instanceof LuaTable ? responses.get(value) : undefined;
  if (value instanceof LuaTable && response !== undefined) return { table: value, response };
  return callerError(`'${name}' is called on a response, with a colon: res:${name}()`);
}

function checkStreamed(table: LuaTable): void {
  if (table.getString("body") === undefined) return;
  callerError("the body is in the field 'body': ask with stream = true to read it piece by piece");
}

function checkMaximum(value: LuaValue): number {
  if (value === undefined) return Infinity;
  if (typeof value === "number" && value >= 1) return Math.floor(value);
  return argumentError(2, "a number of bytes, 1 or more, expected");
}

function parse(text: string): Results {
  try {
    return decodeJson(text);
  } catch (thrown) {
    if (thrown instanceof JsonError) return [undefined, thrown.message];
    throw thrown;
  }
}

/** @param fail What becomes of a failure: results, or an error that is raised. */
export function readPiece(
  response: Response,
  maximum: number,
  fail: (failure: Failure) => Results | Error,
): Results {
  const { body } = response;
  const piece = (): Results | Error => {
    if (body.failure !== undefined) return fail(body.failure);
    const bytes = body.take(maximum);
    return bytes === "" ? undefined : bytes;
  };
  return whenReady(response, () => body.isReady, piece);
}

/** @param fail What becomes of a failure. */
export function readAll(
  response: Response,
  finish: (text: string) => Results,
  fail: (failure: Failure) => Results = failureResults,
): Results {
  const { body, call } = response;
  const pieces: string[] = [];
  let length = 0;
  const isComplete = (): boolean => {
    const piece = body.take();
    length += piece.length;
    if (length <= MAX_TEXT_BYTES) pieces.push(piece);
    else if (!body.isOver)
      call.fail(new Failure("size", "the body is longer than a string can be"));
    return body.isOver;
  };
  return whenReady(response, isComplete, () =>
    body.failure === undefined ? finish(pieces.join("")) : fail(body.failure),
  );
}

/** Waits for something of a body to be so. */
function whenReady(
  { body, call }: Response,
  isReady: () => boolean,
  finish: () => Results | Error,
): Results {
  if (body.onReadable !== undefined)
    return [undefined, "another thread reads this response", "busy"];
  if (isReady()) {
    const results = finish();
    return results instanceof Error ? callerError(encodeUtf8(results.message)) : results;
  }
  const { state } = current;
  return waitUntil((waiter) => {
    let cancelTimeout = call.readTimeout();
    const stop = (): void => {
      body.onReadable = undefined;
      cancelTimeout?.();
    };
    const look = (): void => {
      cancelTimeout?.();
      if (!isReady()) {
        cancelTimeout = call.readTimeout();
        return;
      }
      stop();
      // Code of a program runs when undici is done with what came.
      queueMicrotask(() => {
        const results = state.enter(finish);
        if (results instanceof Error) waiter.fail(results);
        else waiter.wake(results);
      });
    };
    body.onReadable = look;
    // Something may have come since.
    if (isReady()) look();
    return stop;
  });
}
