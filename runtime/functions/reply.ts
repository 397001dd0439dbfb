/**
 * The reply envelope: what the outcome of a call looks like to whoever called over HTTP, or by
 * `flow.call`, which sees the same.
 */
import type { Place } from "../core/error.ts";
import type { Invocation } from "../core/invocation.ts";
import type { LuaState } from "../core/state.ts";
import type { LuaValue } from "../core/value.ts";
import { describeFunction } from "../stdlib/debug/functionInfo.ts";
import { encodeText, tryEncode } from "./encode.ts";
import { describeFailure, errorText, withoutSecrets, type Failure } from "./failure.ts";
import type { Mode } from "./functions.ts";
import type { FailedOutcome, Outcome } from "./outcome.ts";
import { statusText } from "./statusText.ts";

export interface Reply {
  /** HTTP status. */
  readonly status: number;
  /** JSON in bytes, ending with a newline. */
  readonly body: string;
  /** Why the call failed, for the log: complete in production too. */
  readonly failure?: Failure;
}

export interface ReplyOptions {
  /** Where the function ran. */
  readonly state: LuaState;
  readonly mode: Mode;
  /** Whose limits hold for metamethods that are called to make the reply. */
  readonly invocation?: Invocation | undefined;
  /** Whether the reply leaves the server. Only such a reply says where an error was raised. */
  readonly isOutermost: boolean;
}

/** What production says of an error in a function. */
const SORRY_TEXT = "We're sorry, something went wrong";

/** What is said of an error that is none of the caller's business at all. */
const INTERNAL_TEXT = "Internal Server Error";

/**
 * Longer error texts are cut. An error that passes through n calls of `flow.call` is quoted n times,
 * and each time the backslashes of the quotes before it double.
 */
const MAX_ERROR_TEXT_BYTES = 64 * 1024;

/** Makes the reply to a call of the function `name`. */
export function replyTo(name: string, outcome: Outcome, options: ReplyOptions): Reply {
  switch (outcome.kind) {
    case "value":
      return valueReply(name, outcome.value, options);
    case "refused":
      return refusedReply(name, outcome.error, options);
    case "missing":
      return missingReply(outcome.text, options);
    case "failed":
      return failedReply(outcome, options);
    case "exited":
      return exitReply(outcome.status);
  }
}

/** A reply with nothing but an error text. */
export function errorReply(status: number, text: string): Reply {
  return { status, body: `{"error":${encodeText(text)}}\n` };
}

/** @param status What `ngx.exit` was given: of HTTP, 0 for a normal end, -1 for a failure. */
export function exitReply(status: number): Reply {
  if (status >= 0 && status < 400) return { status: status === 0 ? 200 : status, body: "{}\n" };
  const shown = status < 0 ? 500 : status;
  return errorReply(shown, statusText(shown));
}

/** The reply to a request that ran into a bug of ours. */
export function bugReply(): Reply {
  return errorReply(500, INTERNAL_TEXT);
}

function valueReply(name: string, value: LuaValue, options: ReplyOptions): Reply {
  if (value === undefined) return { status: 200, body: "{}\n" };
  const encoded = tryEncode(value, options);
  return typeof encoded === "string"
    ? { status: 200, body: `{"data":${encoded}}\n` }
    : unencodableReply(name, `the result of '${name}'`, encoded.reason, options);
}

function refusedReply(name: string, error: LuaValue, options: ReplyOptions): Reply {
  const encoded = tryEncode(error, options);
  return typeof encoded === "string"
    ? { status: 400, body: `{"error":${encoded}}\n` }
    : unencodableReply(name, `the error returned by '${name}'`, encoded.reason, options);
}

function missingReply(text: string, { mode }: ReplyOptions): Reply {
  return { ...errorReply(404, mode === "production" ? "not found" : text), failure: { text } };
}

function unencodableReply(
  name: string,
  what: string,
  reason: string,
  { state, invocation, mode, isOutermost }: ReplyOptions,
): Reply {
  const text = withoutSecrets(`${what} can't be encoded as JSON: ${reason}`, state);
  const failure = { text, ...beginningOf((invocation ?? state).generation.get(name), state) };
  if (mode === "production") return { ...errorReply(500, SORRY_TEXT), failure };
  const details = isOutermost ? encodeDetails(failure) : "";
  return { status: 500, body: `{"error":${encodeText(text)}${details}}\n`, failure };
}

/** Where a function begins, for an error of which no line is known. */
function beginningOf(callee: LuaValue, state: LuaState): Place | undefined {
  if (typeof callee !== "function") return undefined;
  const { what, shortSource, firstLine } = describeFunction(callee, state);
  return what === "Lua" ? { file: shortSource, line: firstLine } : undefined;
}

function failedReply(outcome: FailedOutcome, options: ReplyOptions): Reply {
  const { mode, isOutermost } = options;
  const { value } = outcome.error;
  const status = outcome.isTimeout === true ? 504 : 500;
  const encoded = withoutSecrets(encodeError(value, options), options.state);
  const failure = describeFailure(
    outcome.error,
    typeof value === "object" ? encoded : errorText(value),
    options.state,
  );
  if (mode === "production") {
    const text = outcome.stage === "load" ? INTERNAL_TEXT : SORRY_TEXT;
    return { ...errorReply(status, text), failure };
  }
  const details = isOutermost ? encodeDetails(failure) : "";
  return { status, body: `{"error":${encoded}${details}}\n`, failure };
}

/** An error value as JSON: tables as they are, nil and what JSON doesn't have as text. */
function encodeError(value: LuaValue, options: ReplyOptions): string {
  if (typeof value === "string") return encodeText(cut(value));
  const encoded = value === undefined ? undefined : tryEncode(value, options);
  return typeof encoded === "string" ? encoded : encodeText(errorText(value));
}

function encodeDetails({ file, line, traceback }: Failure): string {
  const place = file === undefined ? "" : `,"file":${encodeText(file)},"line":${String(line)}`;
  return traceback === undefined ? place : `${place},"traceback":${encodeText(traceback)}`;
}

function cut(text: string): string {
  if (text.length <= MAX_ERROR_TEXT_BYTES) return text;
  let end = MAX_ERROR_TEXT_BYTES;
  // Not within a UTF-8 sequence.
  while ((text.charCodeAt(end) & 0xc0) === 0x80) end--;
  return `${text.slice(0, end)}...`;
}
