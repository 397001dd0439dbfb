/** What can be wrong with a request, whatever it asks for. Node lets it pass, or would leave out parts in silence. */
import type { IncomingMessage } from "node:http";

/** Others are refused. */
const MAX_HEADER_FIELDS = 1000;

/** Status, and a text for the client. */
export type Problem = readonly [status: number, text: string];

/** Of these a second one would contradict the first, which is what Node goes by. */
const SINGLE = ["host", "content-type"];

/** @returns `undefined` when nothing is wrong. */
export function findProblem(request: IncomingMessage): Problem | undefined {
  const { httpVersion, headers, rawHeaders } = request;
  if (httpVersion !== "1.1" && httpVersion !== "1.0") {
    return [505, `HTTP/${httpVersion} is not spoken here, but HTTP/1.1`];
  }
  // HTTP 1.0 doesn't have it.
  if (headers.host === undefined && httpVersion === "1.1") {
    return [400, "the header Host is missing"];
  }
  const coding = headers["transfer-encoding"];
  if (coding !== undefined && coding.toLowerCase() !== "chunked") {
    return [501, `unsupported transfer encoding: ${coding}`];
  }
  if (rawHeaders.length > 2 * MAX_HEADER_FIELDS) {
    return [431, `the request has more than ${String(MAX_HEADER_FIELDS)} headers`];
  }
  return findRepeated(rawHeaders);
}

function findRepeated(rawHeaders: readonly string[]): Problem | undefined {
  let seen: string[] | undefined;
  for (let place = 0; place < rawHeaders.length; place += 2) {
    const name = rawHeaders[place] as string;
    // Nearly all names are told from these by their length.
    if (name.length !== 4 && name.length !== 12) continue;
    const key = name.toLowerCase();
    if (!SINGLE.includes(key)) continue;
    if (seen?.includes(key) === true) return [400, `the header ${name} is there more than once`];
    (seen ??= []).push(key);
  }
  return undefined;
}
