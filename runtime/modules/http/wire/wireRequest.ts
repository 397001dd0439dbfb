/** A request as it is sent, and the headers of responses. */
import type { RequestPlan } from "./plan.ts";
import type { WireRequest } from "./connection.ts";

/** @param trace Headers that tell of the trace, names in lower case; those of the program win. */
export function toWire(
  { method, target, headers, body }: RequestPlan,
  trace: Readonly<Record<string, string>> | undefined,
): WireRequest {
  const wired: string[] = [];
  for (const [name, value] of headers) wired.push(name, value);
  if (trace !== undefined) {
    for (const name of Object.keys(trace)) {
      if (!isAmong(headers, name)) wired.push(name, trace[name] as string);
    }
  }
  return { method, target: target.requestTarget, headers: wired, body };
}

function isAmong(headers: RequestPlan["headers"], name: string): boolean {
  for (const [each] of headers) {
    if (each.length === name.length && each.toLowerCase() === name) return true;
  }
  return false;
}

/** The first value that a header has. @param headers Names, in lower case, and values in turn. */
export function headerOf(headers: readonly string[], name: string): string | undefined {
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index] === name) return headers[index + 1];
  }
  return undefined;
}

/** Without what is no longer true of a body that was decoded. @param headers As of `headerOf`. */
export function withoutEncoding(headers: readonly string[]): string[] {
  return headers.filter((_, index) => !ENCODED.has(headers[index - (index % 2)] as string));
}

const ENCODED = new Set(["content-encoding", "content-length"]);
