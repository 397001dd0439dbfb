/**
 * The headers of W3C Trace Context (level 1, the Recommendation of 2021), by which programs of all kinds hand on a
 * trace. What is malformed is ignored, as it demands.
 */
import type { Span, Trace } from "../core/span.ts";
import { ALL_ZERO_SPAN, ALL_ZERO_TRACE } from "./ids.ts";

export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

const TRACE_PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const INVALID_VERSION = "ff";
const SAMPLED = 1;

/** Reads `traceparent`. Of later versions it takes what version 00 has. */
export function readTraceParent(header: unknown): TraceParent | undefined {
  const match = typeof header === "string" ? TRACE_PARENT.exec(header) : null;
  if (match === null) return undefined;
  const [, version, traceId = "", spanId = "", flags = "", rest] = match;
  if (version === INVALID_VERSION || (version === "00" && rest !== undefined)) return undefined;
  if (traceId === ALL_ZERO_TRACE || spanId === ALL_ZERO_SPAN) return undefined;
  return { traceId, spanId, isSampled: (parseInt(flags, 16) & SAMPLED) !== 0 };
}

/** Writes `traceparent` for what a span calls; `undefined` when a client has chosen an id that it can't carry. */
export function writeTraceParent({ trace, id }: Span): string | undefined {
  if (!isTraceId(trace.id)) return undefined;
  return `00-${trace.id}-${id}-0${trace.isSampled ? "1" : "0"}`;
}

function isTraceId(id: string): boolean {
  return /^[0-9a-f]{32}$/.test(id) && id !== ALL_ZERO_TRACE;
}

const MAX_MEMBERS = 32;
const SIMPLE_KEY = "[a-z][a-z0-9_*/-]{0,255}";
const TENANT_KEY = "[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13}";
/** Printable ASCII but for `,` and `=`; not ending with a space. */
const VALUE = "[\\x20-\\x2b\\x2d-\\x3c\\x3e-\\x7e]{0,255}[\\x21-\\x2b\\x2d-\\x3c\\x3e-\\x7e]";
const MEMBER = new RegExp(`^(${SIMPLE_KEY}|${TENANT_KEY})=${VALUE}$`);

/** Writes `tracestate` for what a trace calls: as it came, or `undefined` when there was none, or a malformed one. */
export function writeTraceState({ vendorState }: Trace): string | undefined {
  if (vendorState === undefined) return undefined;
  const members = vendorState
    .split(",")
    .map((member) => member.replaceAll(/^[ \t]+|[ \t]+$/g, ""))
    .filter((member) => member !== "");
  const keys = new Set(members.map((member) => MEMBER.exec(member)?.[1]));
  const isValid = keys.size === members.length && !keys.has(undefined);
  if (!isValid || members.length === 0 || members.length > MAX_MEMBERS) return undefined;
  return members.join(",");
}
