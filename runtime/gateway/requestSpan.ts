/** The span of a request. */
import type { Span, TakeSpan } from "../core/span.ts";
import { beginRequestSpan } from "../tracing/index.ts";
import type { RawRequest } from "./port.ts";
import { splitTarget } from "./target.ts";

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

/**
 * The span of what never came to a gateway. Of what is no request nothing is known but whose it is.
 *
 * @param address Of the connection.
 */
export function refusedSpan(
  request: RawRequest | undefined,
  address: string | undefined,
  takeSpan: TakeSpan | undefined,
): Span {
  const startedMs = performance.now();
  if (request !== undefined) {
    const { path } = splitTarget(request.url ?? "");
    return spanOf(request, address, { path, startedMs, takeSpan });
  }
  const subject = { method: NOTHING, path: NOTHING, name: NOTHING };
  return beginRequestSpan(subject, { client: { headers: {}, address }, startedMs, takeSpan });
}
