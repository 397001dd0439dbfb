/** What a request asks for, before anything is looked up. */
import type { Span, TakeSpan } from "../core/span.ts";
import { TOKEN_HEADER, TOKEN_PARAMETER, type TokenCheck } from "./access.ts";
import { fromRoutingPath, routingPath } from "./path.ts";
import type { ClientFinder, RawRequest, RequestClient } from "./port.ts";
import { parseQuery, type NamedValues } from "./query.ts";
import { spanOf } from "./requestSpan.ts";
import { PRIVATE_FOLDER } from "./routes.ts";

/** Routing paths of our own; no request's path is written like that (path.ts). */
export const MALFORMED_URL = "/=malformed";
export const DIRECT_URL = "/=direct";

export interface Arrival {
  /** Has no name yet. */
  readonly span: Span;
  readonly client: RequestClient;
  /** As it was sent, without the query: that may hold the token. */
  readonly path: string;
  /** For the router. */
  readonly routingUrl: string;
  /** Without the token; `undefined` when there is none. */
  readonly query: NamedValues | undefined;
  /** Whether the request carries the internal token. */
  readonly hasToken: boolean;
  /** The function that the path names, for a request that skips the routes. */
  readonly directName: string | undefined;
}

interface ArrivalReaders {
  readonly isToken: TokenCheck;
  readonly findClient: ClientFinder;
  readonly takeSpan: TakeSpan | undefined;
}

/** Reads the first line of a request, its token and its trace. */
export function readArrival(
  request: RawRequest,
  { isToken, findClient, takeSpan }: ArrivalReaders,
): Arrival {
  const startedMs = performance.now();
  const { path, queryText } = splitTarget(request.url ?? "");
  const query = queryText === "" ? undefined : parseQuery(queryText);
  const tokens: readonly unknown[] = query?.take(TOKEN_PARAMETER) ?? [];
  const hasToken = [...tokens, request.headers[TOKEN_HEADER]].some(isToken);
  const routable = path.startsWith("/") ? routingPath(path) : undefined;
  const directName = routable === undefined ? undefined : nameOf(routable, hasToken);
  const routingUrl = directName === undefined ? (routable ?? MALFORMED_URL) : DIRECT_URL;
  // Asked for now: a client that is gone by the end has no address.
  const client = findClient(request);
  const span = spanOf(request, client.address, { path, startedMs, takeSpan });
  return { span, client, path, routingUrl, query, hasToken, directName };
}

/** Of "/path?query", or "http://host/path?query" as sent to a proxy. */
function splitTarget(target: string): { path: string; queryText: string } {
  const mark = target.indexOf("?");
  const whole = mark < 0 ? target : target.slice(0, mark);
  const queryText = mark < 0 ? "" : target.slice(mark + 1);
  const path = whole.startsWith("/") ? whole : whole.replace(/^https?:\/\/[^/]*\/?/i, "/");
  return { path, queryText };
}

function nameOf(routable: string, hasToken: boolean): string | undefined {
  const isDirect = hasToken || routable.startsWith(`/${PRIVATE_FOLDER}/`);
  return isDirect && routable !== "/" ? fromRoutingPath(routable.slice(1)) : undefined;
}
