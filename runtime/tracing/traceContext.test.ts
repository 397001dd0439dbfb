import { Span, type Trace } from "../core/span.ts";
import { readTraceParent, writeTraceParent, writeTraceState } from "./traceContext.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";

const NOBODY = { client: undefined, takeSpan: undefined };

function spanOf(trace: Partial<Trace>): Span {
  const whole = { id: TRACE, isSampled: true, vendorState: undefined, ...NOBODY, ...trace };
  return new Span(whole, undefined, SPAN, { method: "GET", path: "/", name: "-" }, 0);
}

test.each([
  [`00-${TRACE}-${SPAN}-01`, true],
  [`00-${TRACE}-${SPAN}-00`, false],
  // Unknown flags say nothing, as all of later versions that is not of version 00.
  [`00-${TRACE}-${SPAN}-ff`, true],
  [`cc-${TRACE}-${SPAN}-02`, false],
  [`cc-${TRACE}-${SPAN}-01-what-the-future-holds`, true],
])("traceparent %s is read", (header, isSampled) => {
  expect(readTraceParent(header)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled });
});

test.each([
  [undefined],
  [""],
  [`ff-${TRACE}-${SPAN}-01`],
  [`0-${TRACE}-${SPAN}-01`],
  [`00-${TRACE}-${SPAN}-1`],
  [`00-${TRACE}-${SPAN}-01-`],
  [`00-${TRACE}-${SPAN}-01-more`],
  [`cc-${TRACE}-${SPAN}-01.more`],
  [`00-${"0".repeat(32)}-${SPAN}-01`],
  [`00-${TRACE}-${"0".repeat(16)}-01`],
  [`00-${TRACE.toUpperCase()}-${SPAN}-01`],
  [`00-${TRACE}0-${SPAN}-01`],
  [`00-${TRACE}-${SPAN}x-01`],
  [` 00-${TRACE}-${SPAN}-01`],
  // Sent twice, as Node joins them.
  [`00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
])("traceparent %j is ignored", (header) => {
  expect(readTraceParent(header)).toBeUndefined();
});

test("traceparent names the span, and what the client said of its recording", () => {
  expect(writeTraceParent(spanOf({}))).toBe(`00-${TRACE}-${SPAN}-01`);
  expect(writeTraceParent(spanOf({ isSampled: false }))).toBe(`00-${TRACE}-${SPAN}-00`);
  for (const id of ["mine", "0".repeat(32), TRACE.toUpperCase()]) {
    expect(writeTraceParent(spanOf({ id }))).toBeUndefined();
  }
});

const members = (count: number) =>
  Array.from({ length: count }, (_, index) => `k${String(index)}=v`).join(",");

test.each([
  ["rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", undefined],
  ["tenant1@system=a b!~ ,\t1a@b=:", "tenant1@system=a b!~,1a@b=:"],
  ["a=1,,b=2", "a=1,b=2"],
  [members(32), undefined],
  [`${"k".repeat(256)}=${"v".repeat(256)}`, undefined],
])("tracestate %j is handed on", (header, expected = header) => {
  expect(writeTraceState(spanOf({ vendorState: header }).trace)).toBe(expected);
});

test.each([
  [undefined],
  [""],
  [" , "],
  ["a"],
  ["=1"],
  ["a="],
  ["A=1"],
  ["1a=1"],
  ["a=1=2"],
  ["a=ü"],
  ["a=1,a=2"],
  ["a@1b=1"],
  [`t@${"s".repeat(15)}=1`],
  [members(33)],
  [`${"k".repeat(257)}=v`],
  [`k=${"v".repeat(257)}`],
])("tracestate %j is dropped", (vendorState) => {
  expect(writeTraceState(spanOf({ vendorState }).trace)).toBeUndefined();
});
