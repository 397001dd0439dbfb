/**
 * Cross-origin requests (the Fetch standard, "CORS protocol"): which pages of other origins may read replies. Questions that
 * browsers ask ahead of a request are answered here, and reach no function.
 */
import type { HeaderValue, RawRequest, RawResponse } from "./port.ts";

export interface CorsRules {
  /** "https://example.org"; "*" for all. */
  readonly origins: readonly string[] | "*";
  /** That pages may use. */
  readonly methods: readonly string[];
  /** Headers that pages may send; those they ask for when `undefined`. */
  readonly headers: readonly string[] | undefined;
  /** Whether requests may carry cookies and the like. Not together with all origins. */
  readonly credentials: boolean;
  /** How long a browser may keep the answer to its question. */
  readonly maxAgeSeconds: number | undefined;
}

export type CorsVerdict = "other" | "preflight" | "forbidden";

/**
 * Sets the headers that a reply is to have, whoever makes it.
 *
 * @returns "preflight" for a question, which has its answer by these headers; "forbidden" for one of an origin that may not.
 */
export function applyCors(
  rules: CorsRules,
  { method, headers }: RawRequest,
  response: RawResponse,
): CorsVerdict {
  const { origin } = headers;
  const { origins } = rules;
  const isAny = origins === "*";
  // The reply differs also for who sends none: a cache is to know.
  if (!isAny) addVary(response, "Origin");
  if (origin === undefined) return "other";
  const isQuestion = method === "OPTIONS" && "access-control-request-method" in headers;
  const isAllowed = isAny || origins.includes(origin);
  if (!isAllowed) return isQuestion ? "forbidden" : "other";
  response.setHeader("access-control-allow-origin", isAny ? "*" : origin);
  if (rules.credentials) response.setHeader("access-control-allow-credentials", "true");
  if (!isQuestion) return "other";
  response.setHeader("access-control-allow-methods", rules.methods.join(", "));
  const asked = headers["access-control-request-headers"]?.toString();
  if (rules.headers === undefined) addVary(response, "Access-Control-Request-Headers");
  const allowed = rules.headers?.join(", ") ?? asked ?? "";
  if (allowed !== "") response.setHeader("access-control-allow-headers", allowed);
  const { maxAgeSeconds } = rules;
  if (maxAgeSeconds !== undefined) response.setHeader("access-control-max-age", maxAgeSeconds);
  return "preflight";
}

/** Adds a name to the header Vary, beside those that are there. */
export function addVary(response: RawResponse, name: string): void {
  response.setHeader("vary", joinVary(response.getHeader("vary"), name));
}

/** @param before What the header is so far. */
export function joinVary(before: HeaderValue | undefined, more: string): string {
  if (before === undefined) return more;
  const names = String(before).split(/, */);
  const known = names.map((name) => name.toLowerCase());
  return [
    ...names,
    ...more.split(/, */).filter((name) => !known.includes(name.toLowerCase())),
  ].join(", ");
}
