/** The headers of a request that a function makes to its own gateway. */
import { traceHeaders } from "../../tracing/index.ts";
import type { RequestedCall } from "./requestedCall.ts";

/** Of the outer request's body, and of its connection. */
const NOT_INHERITED = new Set([
  "content-length",
  "transfer-encoding",
  "content-encoding",
  "connection",
  "expect",
  "upgrade",
]);

/** Those of the request that the function answers. The new one is a step of the call that asks for it. */
export function subrequestHeaders(outer: RequestedCall): Record<string, string | string[]> {
  const { span } = outer.invocation;
  return { ...inheritedHeaders(outer), ...(span === undefined ? {} : traceHeaders(span)) };
}

function inheritedHeaders({ exchange }: RequestedCall): Record<string, string | string[]> {
  const inherited: Record<string, string | string[]> = {};
  for (const [name] of exchange.request.headers) {
    const key = name.toLowerCase();
    const values = exchange.request.headers.all(key);
    if (!NOT_INHERITED.has(key)) inherited[key] = values.length === 1 ? values.join() : [...values];
  }
  return inherited;
}
