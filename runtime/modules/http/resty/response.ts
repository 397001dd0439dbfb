/** Responses of `resty.http`, in its words. */
import type { LuaState } from "../../../core/state.ts";
import { LuaTable } from "../../../core/table.ts";
import type { LuaFunction, LuaValue } from "../../../core/value.ts";
import { callerError } from "../../../stdlib/arguments.ts";
import { defineBuiltin } from "../../../stdlib/library.ts";
import { headersTable } from "../headers.ts";
import { readAll, readPiece } from "../response.ts";
import type { Response } from "../wire/outcome.ts";
import type { Failure } from "../wire/failure.ts";
import type { RequestPlan } from "../wire/plan.ts";
import { headerOf } from "../wire/wireRequest.ts";

/** nil, and what OpenResty says. */
export function restyResults(failure: Failure): readonly LuaValue[] {
  return [undefined, restyText(failure)];
}

function restyText({ kind, text }: Failure): string {
  switch (kind) {
    case "timeout":
      return "timeout";
    case "closed":
      return "closed";
    case "connect":
      return text.replace(/^.*: /, "");
    case "resolve":
      return `${text.replace(/:\d+: .*$/, "")} could not be resolved (3: Host not found)`;
    default:
      return text;
  }
}

/** A response whose body was read. */
export function wholeResponse(state: LuaState, response: Response, plan: RequestPlan): LuaTable {
  const table = headTable(state, response, plan);
  if (hasBody(response, plan)) table.setString("body", response.body.take());
  return table;
}

/** A response whose body the program reads. */
export function streamedResponse(state: LuaState, response: Response, plan: RequestPlan): LuaTable {
  const table = headTable(state, response, plan);
  if (hasBody(response, plan)) table.setString("body_reader", readerOf(response));
  responses.set(table, response);
  return table;
}

const responses = new WeakMap<LuaTable, Response>();

function headTable(state: LuaState, response: Response, plan: RequestPlan): LuaTable {
  const table = new LuaTable();
  table.setString("status", response.status);
  table.setString("reason", response.reason);
  table.setString("headers", headersTable(state, response.headers, false));
  table.setString("has_body", hasBody(response, plan));
  table.setString("read_body", readBody);
  table.setString("read_trailers", readTrailers);
  return table;
}

function hasBody({ status }: Response, { method }: RequestPlan): boolean {
  return method !== "HEAD" && status !== 204 && status !== 304;
}

/** Without a maximum it gives all of a body whose length is known, and of others piece after piece. */
function readerOf(response: Response): LuaFunction {
  const isMeasured = headerOf(response.headers, "content-length") !== undefined;
  return defineBuiltin("resty.http.body_reader", (maximum) => {
    if (maximum === undefined && isMeasured) {
      return readAll(response, (text) => (text === "" ? undefined : text), restyResults);
    }
    if (maximum !== undefined && (typeof maximum !== "number" || maximum < 1)) {
      return callerError("body_reader: a number of bytes expected");
    }
    const most = maximum === undefined ? Infinity : Math.floor(maximum);
    return readPiece(response, most, restyResults);
  });
}

const readBody = defineBuiltin("resty.http.read_body", (self) => {
  const response = self instanceof LuaTable ? responses.get(self) : undefined;
  if (!(self instanceof LuaTable) || response === undefined)
    return [undefined, "no body to be read"];
  if (self.getString("body_reader") === undefined) return [undefined, "no body to be read"];
  return readAll(response, (text) => text, restyResults);
});

const readTrailers = defineBuiltin("resty.http.read_trailers", (self) => {
  const response = self instanceof LuaTable ? responses.get(self) : undefined;
  const headers = self instanceof LuaTable ? self.getString("headers") : undefined;
  if (response === undefined || !(headers instanceof LuaTable)) return [undefined, "no trailers"];
  const { trailers } = response.body;
  if (trailers.length === 0) return [undefined, "no trailers"];
  for (let index = 0; index + 1 < trailers.length; index += 2) {
    const name = trailers[index] as string;
    if (headers.getString(name) === undefined) headers.setString(name, trailers[index + 1]);
  }
  return undefined;
});
