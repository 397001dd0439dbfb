/** The door to traces: what is done on behalf of a request or an event, step by step. */
export {
  beginEventSpan,
  beginRequestSpan,
  beginSpan,
  eventHeaders,
  traceHeaders,
} from "./spans.ts";
