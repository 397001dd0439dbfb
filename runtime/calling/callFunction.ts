/** One call of a function of a project by a program in JavaScript. */
import type { Invocation, InvocationLimits } from "../core/invocation.ts";
import type { LuaState } from "../core/state.ts";
import type { LuaTable } from "../core/table.ts";
import { decodeUtf8, encodeUtf8 } from "../core/utf8.ts";
import { argsFrom, functionsOf, replyTo } from "../functions/index.ts";
import { decodeJson, JsonError } from "../json/index.ts";
import { beginRequestSpan } from "../tracing/index.ts";
import { FunctionError } from "./functionError.ts";

export interface CallOptions {
  /** As `require` takes it; text. */
  readonly name: string;
  /** What JSON can say; the function gets a copy. */
  readonly args: unknown;
  /** The trace that it is a step of, as W3C Trace Context writes it. */
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
  /** Ends it, wherever it is. */
  readonly signal?: AbortSignal | undefined;
  /** How long it may take; what all functions may if that is less. */
  readonly timeoutMs?: number | undefined;
  /** Is told whose call it is, before anything of it runs. */
  readonly onBegin?: ((invocation: Invocation) => void) | undefined;
}

/** What the gateway would reply. */
export interface FunctionReply {
  /** Of HTTP: 200, or 400 when the function returned an error. */
  readonly status: number;
  /** `{ data }`, `{ error }`, or `{}` for a function that returned nothing. */
  readonly body: unknown;
}

/** Says what each call may use. */
export function limitFunctions(state: LuaState, limits: InvocationLimits): void {
  functionsOf(state).limits = limits;
}

/**
 * Calls a function.
 *
 * @throws FunctionError when the function raises an error, or is not there
 * @throws TypeError for arguments that JSON can't say
 * @throws What `signal` was aborted with
 */
export async function callFunction(state: LuaState, options: CallOptions): Promise<FunctionReply> {
  const { signal, onBegin, timeoutMs = Infinity } = options;
  signal?.throwIfAborted();
  const args = toArguments(state, options.args);
  const functions = functionsOf(state);
  const { limits } = functions;
  const invocation = functions.newInvocation(undefined, {
    cpuMs: limits.cpuMs,
    timeoutMs: Math.min(limits.timeoutMs, Math.max(0, timeoutMs)),
    ...(signal === undefined ? {} : { isInterrupted: () => signal.aborted }),
  });
  onBegin?.(invocation);
  const name = encodeUtf8(options.name);
  const span = beginSpan(name, options);
  invocation.span = span;
  const abort = (): void => invocation.interruptWaiting();
  signal?.addEventListener("abort", abort);
  try {
    const outcome = await functions.call(name, args, invocation);
    // Whatever became of it, nobody asks any more.
    signal?.throwIfAborted();
    // Errors are complete: whoever calls is no stranger.
    const mode = "development";
    const reply = replyTo(name, outcome, { state, mode, invocation, isOutermost: true });
    span.end(reply.status, reply.body.length);
    if (reply.failure !== undefined) throw new FunctionError(reply.failure, reply.status);
    return { status: reply.status, body: JSON.parse(decodeUtf8(reply.body) ?? reply.body) };
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

function beginSpan(name: string, { traceparent, tracestate }: CallOptions) {
  const subject = { method: "POST", path: `/${name}`, name };
  const client = { headers: { traceparent, tracestate }, address: undefined };
  return beginRequestSpan(subject, {
    client,
    startedMs: performance.now(),
    takeSpan: undefined,
  });
}

function toArguments(state: LuaState, args: unknown): LuaTable {
  const text = toJson(args);
  try {
    return state.enter(() => argsFrom(decodeJson(encodeUtf8(text))));
  } catch (thrown) {
    if (thrown instanceof JsonError) {
      throw new TypeError(`the arguments: ${thrown.message}`, { cause: thrown });
    }
    throw thrown;
  }
}

function toJson(args: unknown): string {
  if (args === undefined) return "{}";
  const text = JSON.stringify(args) as string | undefined;
  if (text !== undefined) return text;
  throw new TypeError(`the arguments are a ${typeof args}, but a function takes what JSON can say`);
}
