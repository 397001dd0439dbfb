/** The span of a request. */
import type { IncomingMessage } from "node:http";
import type { Span, TakeSpan } from "../core/span.ts";
import { beginRequestSpan } from "../tracing/index.ts";

/** The reply's header that says by which name to look for the request in the log. */
export const TRACE_HEADER = "x-spacer-trace-id";

/** Of requests that call nothing, as those that no route fits. */
const NOTHING = "-";

export function spanOf(
  { method = "", headers, socket }: IncomingMessage,
  path: string,
  startedMs: number,
  takeSpan: TakeSpan | undefined,
): Span {
  // Asked for now: a client that is gone by the end has none.
  const client = { headers, address: socket.remoteAddress };
  return beginRequestSpan({ method, path, name: NOTHING }, { client, startedMs, takeSpan });
}
