/**
 * Calls a function with an event, as `fn(value, event)`. The event is a table with `topic`, `partition`, `offset`, `key`, `value`,
 * `timestamp`, `headers`, as `topics.read` gives it, and `attempt`.
 */
import type { InvocationLimits } from "../core/invocation.ts";
import type { Span, TakeSpan } from "../core/span.ts";
import type { LuaState } from "../core/state.ts";
import { decodeUtf8, encodeUtf8 } from "../core/utf8.ts";
import type { LuaValue } from "../core/value.ts";
import {
  describeFailure,
  errorText,
  functionsOf,
  tryEncode,
  type Outcome,
} from "../functions/index.ts";
import { JsonError } from "../json/index.ts";
import { toEventTable } from "../modules/topics.ts";
import {
  setOrigin,
  type Fence,
  type HandlerOutcome,
  type RecordedAppend,
  type StoredEvent,
} from "../topics/index.ts";
import { beginEventSpan } from "../tracing/index.ts";
import { whyNotCallable } from "./callable.ts";

export interface EventCall {
  /** The function; text. */
  readonly name: string;
  readonly event: StoredEvent;
  /** From 1. */
  readonly attempt: number;
  readonly fence: Fence | undefined;
  /** Whether what it appends is only noted. */
  readonly isHeldBack: boolean;
  /** `undefined` for that of all functions. */
  readonly timeoutMs: number | undefined;
  /** Called at the end of each span of the call. */
  readonly onSpan?: TakeSpan | undefined;
}

/** Rejects with nothing but bugs of ours. */
export async function callHandler(state: LuaState, call: EventCall): Promise<HandlerOutcome> {
  const name = encodeUtf8(call.name);
  const subject = { method: "POST", path: `/${name}`, name };
  const span = beginEventSpan(subject, call.event.headers, call.onSpan);
  const outcome = await callWithin(span, state, call);
  span.end(STATUS[outcome.kind], 0);
  return outcome;
}

/** What HTTP would say, as it did when functions got their events by requests. */
const STATUS = {
  done: 200,
  failed: 500,
  unavailable: 503,
} as const satisfies Record<HandlerOutcome["kind"], number>;

async function callWithin(span: Span, state: LuaState, call: EventCall): Promise<HandlerOutcome> {
  const { event, attempt, fence, isHeldBack } = call;
  const { name } = span;
  const functions = functionsOf(state);
  const { cpuMs, timeoutMs } = functions.limits;
  const limits: InvocationLimits = { cpuMs, timeoutMs: call.timeoutMs ?? timeoutMs };
  const invocation = functions.newInvocation(undefined, limits);
  invocation.span = span;
  const appends: RecordedAppend[] = [];
  setOrigin(invocation, { fence, isHeldBack, onAppend: (append) => appends.push(append) });
  const args = toArguments(state, event, attempt);
  if (typeof args === "string") return { kind: "failed", error: args, traceback: undefined };
  const outcome = await functions.call(name, args, invocation);
  switch (outcome.kind) {
    case "value": {
      const result = encodeResult(state, outcome.value);
      return { kind: "done", handled: { result, appends } };
    }
    case "exited":
      return { kind: "done", handled: { result: undefined, appends } };
    case "refused":
      return failed(refusalText(state, outcome.error), undefined);
    case "missing":
      return { kind: "unavailable", error: toText(outcome.text) };
    case "failed": {
      const error = whyNotCallable(state, invocation.generation.get(name));
      // Only then it did not even begin.
      if (outcome.stage === "run" && error !== undefined) return { kind: "unavailable", error };
      return describeFailed(state, outcome);
    }
  }
}

/** @returns What is wrong with the event for Lua. */
function toArguments(
  state: LuaState,
  event: StoredEvent,
  attempt: number,
): readonly LuaValue[] | string {
  try {
    return state.enter(() => {
      const table = toEventTable(event);
      table.setString("attempt", attempt);
      return [table.getString("value"), table];
    });
  } catch (thrown) {
    if (thrown instanceof JsonError) return `the value can't be decoded: ${thrown.message}`;
    throw thrown;
  }
}

/** `undefined` for nothing, and for what JSON can't say. */
function encodeResult(state: LuaState, value: LuaValue): string | undefined {
  if (value === undefined) return undefined;
  const encoded = tryEncode(value, { state });
  return typeof encoded === "string" ? toText(encoded) : undefined;
}

function refusalText(state: LuaState, error: LuaValue): string {
  if (typeof error === "string") return error;
  const encoded = tryEncode(error, { state });
  return typeof encoded === "string" ? encoded : errorText(error);
}

/** What became of an event whose function raised an error, or could not be loaded. */
export function describeFailed(
  state: LuaState,
  { error, stage }: Extract<Outcome, { kind: "failed" }>,
): Exclude<HandlerOutcome, { kind: "done" }> {
  const { value } = error;
  const encoded = typeof value === "object" ? tryEncode(value, { state }) : undefined;
  const text = typeof encoded === "string" ? encoded : errorText(value);
  const failure = describeFailure(error, text, state);
  if (stage === "load") return { kind: "unavailable", error: toText(failure.text) };
  return failed(failure.text, failure.traceback);
}

/** @param error Bytes, as the traceback. */
function failed(
  error: string,
  traceback: string | undefined,
): Extract<HandlerOutcome, { kind: "failed" }> {
  return { kind: "failed", error: toText(error), traceback: traceback && toText(traceback) };
}

/** Bytes as text. What is no UTF-8 is taken for Latin-1. */
function toText(bytes: string): string {
  return decodeUtf8(bytes) ?? bytes;
}
