/**
 * Paths as the router sees them.
 *
 * Fastify's router decodes percent-encoding before it matches and as UTF-8, so it can't tell `%2F`
 * from a separator at a static place, and refuses bytes that are no UTF-8. It therefore never sees
 * an encoded path: a request's path is split first, each segment decoded to bytes, and each byte
 * that isn't plain written as `=XX`. Static segments of routes are written in the same way, and a
 * matched parameter is turned back. What follows `=` is always two digits, so `/=name` is free for
 * routes of our own (arrival.ts).
 */
import { decodeSegment } from "./percent.ts";

/** A path that is its own routing path, as nearly all are. */
const PLAIN_PATH = /^(?:\/[\w~-]+)+$/;

const NOT_PLAIN = /[^\w~.-]/g;

/**
 * The segments of a path, decoded. Empty ones (trailing and doubled slashes) are dropped; "." and
 * ".." are resolved, encoded or not, so that none of them ever reaches a function.
 *
 * @returns `undefined` for a path that is no path: broken percent-encoding, or above the root.
 */
export function splitPath(path: string): readonly string[] | undefined {
  const segments: string[] = [];
  for (const encoded of path.split("/")) {
    const segment = decodeSegment(encoded);
    if (segment === undefined) return undefined;
    if (segment === "..") {
      if (segments.pop() === undefined) return undefined;
    } else if (segment !== "" && segment !== ".") {
      segments.push(segment);
    }
  }
  return segments;
}

/** The path to hand to the router; `undefined` as for `splitPath`. */
export function routingPath(path: string): string | undefined {
  if (PLAIN_PATH.test(path)) return path;
  const segments = splitPath(path);
  return segments === undefined ? undefined : `/${segments.map(toRoutingSegment).join("/")}`;
}

/** A decoded segment as it stands in a routing path. */
export function toRoutingSegment(segment: string): string {
  return segment.replaceAll(
    NOT_PLAIN,
    (char) => `=${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** What a part of a routing path stood for: one segment, or several with their slashes. */
export function fromRoutingPath(part: string): string {
  if (!part.includes("=")) return part;
  return part.replaceAll(/=([\da-f]{2})/g, (_all, digits: string) =>
    String.fromCharCode(parseInt(digits, 16)),
  );
}
