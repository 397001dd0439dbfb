/** A reply that tells of an error, with all that is known of the request: for a page that shows it. */
import type { LuaState } from "../core/state.ts";
import { tryEncode, withoutSecrets, type Failure, type Reply } from "../functions/index.ts";
import { TOKEN_HEADER, TOKEN_PARAMETER } from "./access.ts";
import type { Arrival } from "./arrival.ts";
import { bodyOf } from "./bytes.ts";
import type { RequestedCall } from "./own/requestedCall.ts";
import { decodeComponent } from "./percent.ts";
import type { GatewayRequest } from "./port.ts";

export interface ErrorReport {
  /** HTTP status, from 400 on. */
  readonly status: number;
  /** The reply as other clients get it: JSON, in bytes. */
  readonly json: string;
  /** In bytes; `undefined` when no function was called. */
  readonly functionName: string | undefined;
  /** Why the function failed. */
  readonly failure: Failure | undefined;
  readonly request: ReportedRequest;
  readonly traceId: string;
  /** When the request came, of `performance.now()`. */
  readonly startedMs: number;
}

/** Nothing in it holds the internal token, nor what the surroundings keep secret. */
export interface ReportedRequest {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly target: string;
  /** Names in lower case, as they came. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** What the function was called with: JSON, in bytes. `undefined` when it was not called. */
  readonly args: string | undefined;
  /** In bytes; empty when it was not read. */
  readonly body: string;
}

export function reportError(
  { status, body: json, failure }: Reply,
  request: GatewayRequest,
  { path, span }: Arrival,
  { call, state }: { readonly call: RequestedCall | undefined; readonly state: LuaState },
): ErrorReport {
  const shown = (text: string): string => withoutSecrets(text, state);
  const args = call === undefined ? undefined : encodeArguments(call);
  return {
    status,
    json,
    functionName: call?.functionName,
    failure,
    request: {
      method: request.method,
      target: shown(path + shownQuery(request.originalUrl)),
      headers: shownHeaders(request.raw.rawHeaders).map(([name, value]) => [name, shown(value)]),
      args: args === undefined ? undefined : shown(args),
      body: shown(bodyOf(request)),
    },
    traceId: span.trace.id,
    startedMs: span.startedMs,
  };
}

/** From the question mark on. */
export function shownQuery(url: string): string {
  const mark = url.indexOf("?");
  if (mark < 0) return "";
  const isShown = (pair: string) => decodeComponent(pair.replace(/=.*/s, "")) !== TOKEN_PARAMETER;
  const pairs = url.slice(mark + 1).split("&");
  const shown = pairs.filter(isShown).join("&");
  return shown === "" ? "" : `?${shown}`;
}

/** Of a value that may be the URL of a page, as in `Referer`. */
function withoutToken(value: string): string {
  const mark = value.indexOf("?");
  return mark < 0 ? value : value.slice(0, mark) + shownQuery(value);
}

export function shownHeaders(raw: readonly string[]): [name: string, value: string][] {
  const headers: [string, string][] = [];
  for (let place = 0; place + 1 < raw.length; place += 2) {
    const name = (raw[place] as string).toLowerCase();
    if (name !== TOKEN_HEADER) headers.push([name, withoutToken(raw[place + 1] as string)]);
  }
  return headers;
}

function encodeArguments(call: RequestedCall): string | undefined {
  const encoded = tryEncode(call.readArguments(), { state: call.invocation.state });
  return typeof encoded === "string" ? encoded : undefined;
}
