/** The span of a request. */
import type { Span, TakeSpan } from "../core/span.ts";
import { beginRequestSpan } from "../tracing/index.ts";
import type { RawRequest } from "./port.ts";

/** The reply's header that says by which name to look for the request in the log. */
export const TRACE_HEADER = "x-spacer-trace-id";

/** Of requests that call nothing, as those that no route fits. */
const NOTHING = "-";

interface SpanStart {
  readonly path: string;
  /** Of `performance.now()`. */
  readonly startedMs: number;
  readonly takeSpan: TakeSpan | undefined;
}

/** @param address Of the client. */
export function spanOf(
  { method = "", headers }: RawRequest,
  address: string | undefined,
  { path, startedMs, takeSpan }: SpanStart,
): Span {
  const client = { headers, address };
  return beginRequestSpan({ method, path, name: NOTHING }, { client, startedMs, takeSpan });
}
