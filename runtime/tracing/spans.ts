/** Where spans begin: with a request, with an event, or within another span. */
import type { Invocation } from "../core/invocation.ts";
import { Span, type SpanClient, type SpanSubject, type TakeSpan } from "../core/span.ts";
import { newSpanId, newTraceId } from "./ids.ts";
import { readTraceParent, writeTraceParent, writeTraceState } from "./traceContext.ts";

/** Whatever names a trace goes to logs and is stored with events: what is no word, or a long one, is none. */
const WORD = /^[\x21-\x7e]{1,128}$/;

function wordOf(value: unknown): string | undefined {
  return typeof value === "string" && WORD.test(value) ? value : undefined;
}

export interface RequestOrigin {
  readonly client: SpanClient;
  /** Of `performance.now()`. */
  readonly startedMs: number;
  readonly takeSpan: TakeSpan | undefined;
}

/**
 * Begins the span of a request, in the trace that its headers name or else in a new one. The headers of spacer come
 * before those of W3C, unless both name the same trace: then `traceparent` tells who was last.
 */
export function beginRequestSpan(
  subject: SpanSubject,
  { client, startedMs, takeSpan }: RequestOrigin,
): Span {
  const { headers } = client;
  const ownId = wordOf(headers["x-spacer-trace-id"]);
  const w3c = readTraceParent(headers["traceparent"]);
  const remote = ownId === undefined || ownId === w3c?.traceId ? w3c : undefined;
  const trace = {
    id: ownId ?? remote?.traceId ?? newTraceId(),
    isSampled: remote?.isSampled ?? true,
    vendorState: remote === undefined ? undefined : textOf(headers["tracestate"]),
    client,
    takeSpan,
  };
  const parentId =
    remote?.spanId ??
    wordOf(headers["x-spacer-span-id"]) ??
    wordOf(headers["x-spacer-parent-span-id"]);
  return new Span(trace, parentId, newSpanId(), subject, startedMs);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Begins the span of a function that handles an event, in the trace that the event's headers name or else in a new one. */
export function beginEventSpan(
  subject: SpanSubject,
  headers: Readonly<Partial<Record<string, string>>>,
  takeSpan: TakeSpan | undefined,
): Span {
  const traceId = wordOf(headers["trace"]);
  const trace = {
    id: traceId ?? newTraceId(),
    isSampled: true,
    vendorState: undefined,
    client: undefined,
    takeSpan,
  };
  const parentId = traceId === undefined ? undefined : wordOf(headers["span"]);
  return new Span(trace, parentId, newSpanId(), subject, performance.now());
}

/**
 * Begins a span within what an invocation does; `end` ends it. What waits for the world outside (a query, a request to
 * another server) has one:
 *
 *     const span = beginSpan(current.invocation, { method: "GET", path: url.pathname, name: url.host });
 *     ...
 *     span?.end(status, sizeBytes);
 *
 * @returns `undefined` in programs, which have no traces.
 */
export function beginSpan(
  invocation: Pick<Invocation, "span"> | undefined,
  subject: SpanSubject,
): Span | undefined {
  const parent = invocation?.span;
  if (parent === undefined) return undefined;
  return new Span(parent.trace, parent.id, newSpanId(), subject, performance.now());
}

/** Headers by which another server goes on with the trace, as a child of a span. Names in lower case. */
export function traceHeaders(span: Span): Record<string, string> {
  const headers: Record<string, string> = {
    "x-spacer-trace-id": span.trace.id,
    "x-spacer-span-id": span.id,
  };
  const traceParent = writeTraceParent(span);
  if (traceParent === undefined) return headers;
  headers["traceparent"] = traceParent;
  const traceState = writeTraceState(span.trace);
  if (traceState !== undefined) headers["tracestate"] = traceState;
  return headers;
}

/**
 * The headers of events that a span appends, so that whoever handles them goes on with the trace.
 *
 * @param headers Of the caller's choice. With a `trace` among them the events belong to that.
 */
export function eventHeaders(
  { trace, id }: Span,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.hasOwn(headers, "trace") ? headers : { trace: trace.id, span: id, ...headers };
}
