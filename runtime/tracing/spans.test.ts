import type { Span } from "../core/span.ts";
import {
  beginEventSpan,
  beginRequestSpan,
  beginSpan,
  eventHeaders,
  traceHeaders,
} from "./index.ts";
import { newSpanId, newTraceId } from "./ids.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";
const W3C = `00-${TRACE}-${PARENT}-01`;
const SUBJECT = { method: "GET", path: "/x", name: "x" };

const TRACE_ID: unknown = expect.stringMatching(/^[0-9a-f]{32}$/);

function begin(headers: Record<string, string> = {}, takeSpan?: (span: Span) => void): Span {
  const client = { headers, address: undefined };
  return beginRequestSpan(SUBJECT, { client, startedMs: 1, takeSpan });
}

test("ids are random hexadecimal digits, and none comes twice", () => {
  const spans = Array.from({ length: 5000 }, newSpanId);
  const traces = Array.from({ length: 5000 }, newTraceId);
  expect(spans.every((id) => /^[0-9a-f]{16}$/.test(id))).toBe(true);
  expect(traces.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
  expect(new Set([...spans, ...traces]).size).toBe(10_000);
});

test.each([
  [{}, TRACE_ID, undefined],
  [{ "x-spacer-trace-id": "T1" }, "T1", undefined],
  [{ "x-spacer-trace-id": "T1", "x-spacer-span-id": "S1" }, "T1", "S1"],
  [{ "x-spacer-trace-id": "T1", "x-spacer-parent-span-id": "S1" }, "T1", "S1"],
  [{ "x-spacer-parent-span-id": "P", "x-spacer-span-id": "S" }, TRACE_ID, "S"],
  [{ traceparent: W3C }, TRACE, PARENT],
  [{ traceparent: W3C, "x-spacer-trace-id": "T1", "x-spacer-span-id": "S1" }, "T1", "S1"],
  [{ traceparent: W3C, "x-spacer-trace-id": TRACE, "x-spacer-span-id": "S1" }, TRACE, PARENT],
  [{ traceparent: `${W3C}x`, tracestate: "a=1" }, TRACE_ID, undefined],
  [{ "x-spacer-trace-id": "two words" }, TRACE_ID, undefined],
  [{ "x-spacer-trace-id": "" }, TRACE_ID, undefined],
  [{ "x-spacer-trace-id": "x".repeat(129) }, TRACE_ID, undefined],
  [{ "x-spacer-trace-id": "T\u00e4" }, TRACE_ID, undefined],
])("a request with %j", (headers, traceId, parentId) => {
  const span = begin(headers);
  expect([span.trace.id, span.parentId]).toEqual([traceId, parentId]);
  expect(span.id).toMatch(/^[0-9a-f]{16}$/);
});

test("another server goes on with the trace as it came, below the span", () => {
  const span = begin({ traceparent: W3C.replace(/01$/, "00"), tracestate: "a=1" });
  expect(traceHeaders(span)).toEqual({
    "x-spacer-trace-id": TRACE,
    "x-spacer-span-id": span.id,
    traceparent: `00-${TRACE}-${span.id}-00`,
    tracestate: "a=1",
  });
  const own = begin({ "x-spacer-trace-id": "T1", traceparent: W3C, tracestate: "a=1" });
  expect(traceHeaders(own)).toEqual({ "x-spacer-trace-id": "T1", "x-spacer-span-id": own.id });
});

test("what is appended leads to spans of the same trace", () => {
  const append = begin({ "x-spacer-trace-id": "T1" });
  const headers = eventHeaders(append, { more: "1" });
  expect(headers).toEqual({ more: "1", trace: "T1", span: append.id });
  const handled = beginEventSpan(SUBJECT, headers, undefined);
  expect([handled.trace.id, handled.parentId]).toEqual(["T1", append.id]);
  // Chosen by the function: the span belongs to another trace.
  expect(eventHeaders(append, { trace: "T2" })).toEqual({ trace: "T2" });
});

test.each([{}, { span: "S1" }, { trace: "a\nb", span: "S1" }])(
  "events with the headers %j begin a trace",
  (headers) => {
    const span = beginEventSpan(SUBJECT, headers, undefined);
    expect([span.trace.id, span.parentId]).toEqual([TRACE_ID, undefined]);
  },
);

test("spans are told once, when they end", () => {
  const told: Span[] = [];
  const outer = begin({}, (span) => told.push(span));
  const inner = beginSpan({ span: outer }, SUBJECT);
  expect([inner?.parentId, inner?.trace]).toEqual([outer.id, outer.trace]);
  inner?.end(404, 7);
  inner?.end(200, 8);
  expect(told).toEqual([inner]);
  expect(inner).toMatchObject({ status: 404, sizeBytes: 7 });
  expect(inner?.durationMs).toBeGreaterThanOrEqual(0);
  expect(beginSpan(undefined, SUBJECT)).toBeUndefined();
  expect(beginSpan({ span: undefined }, SUBJECT)).toBeUndefined();
});
