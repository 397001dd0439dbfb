/**
 * The gateway where there is no server to listen: it makes a `Response` of a `Request`, as Cloudflare Workers, Deno and the
 * like want it. What a request means is decided where Fastify's are (exchange.ts). No text becomes code, and nothing is of
 * Node.
 */
import { fromByteArray, toByteArray } from "../../bytes.ts";
import type { Invocation } from "../../core/invocation.ts";
import { encodeUtf8 } from "../../core/utf8.ts";
import { errorReply, HeaderList } from "../../functions/index.ts";
import type { CapturedReply, Subrequest } from "../../http.ts";
import { DIRECT_URL, MALFORMED_URL } from "../arrival.ts";
import { attachOuter } from "../attached.ts";
import { Exchange, type GatewayOptions } from "../exchange.ts";
import { openRoutes } from "../openRoutes.ts";
import { RequestedCall } from "../own/requestedCall.ts";
import { subrequestHeaders } from "../own/subrequestHeaders.ts";
import type { RequestClient } from "../port.ts";
import { METHODS } from "../routes.ts";
import { readBody } from "./readBody.ts";
import { Router } from "./router.ts";
import { WebReply } from "./webReply.ts";
import { targetOf, toRaw, WebRequest, type RawWebRequest } from "./webRequest.ts";

export interface FetchGatewayOptions extends Omit<
  GatewayOptions,
  "trustProxy" | "staticFolders" | "renderErrorPage"
> {
  /** Whether the engine takes header values for UTF-8, as Cloudflare's does; the standard has a byte in each char. */
  readonly hasUtf8Headers?: boolean | undefined;
}

export interface FetchOptions {
  /** Whose request it is. */
  readonly client: RequestClient;
  /** "1.1" unless given. */
  readonly httpVersion?: string | undefined;
  /** Whatever whoever serves it wants to find again while functions run (`platformOf`). */
  readonly platform?: unknown;
}

export interface FetchGateway {
  /** Never rejects. */
  fetch(request: Request, options: FetchOptions): Promise<Response>;
}

/**
 * Reads `app/gateway.lua` and makes a gateway of its rows.
 *
 * @throws GatewayError when the file is missing or wrong
 */
export async function createFetchGateway(options: FetchGatewayOptions): Promise<FetchGateway> {
  const router = new Router(await openRoutes(options));
  return new WebGateway(options, router);
}

/** What came with the request that an invocation answers, or on whose behalf it was called. */
export function platformOf(invocation: Invocation | undefined): unknown {
  for (let call = invocation; call !== undefined; call = call.outer) {
    const { request } = call;
    if (request instanceof RequestedCall) {
      return (request.gatewayRequest.raw as Partial<RawWebRequest>).platform;
    }
  }
  return undefined;
}

/** Reads a body when it is wanted. @throws RequestError */
type ReadBody = () => Promise<Uint8Array | undefined>;

class WebGateway implements FetchGateway {
  private readonly exchange: Exchange;
  private readonly router: Router;
  private readonly mode: FetchGatewayOptions["mode"];
  private readonly hasUtf8Headers: boolean;

  constructor(options: FetchGatewayOptions, router: Router) {
    this.router = router;
    this.mode = options.mode;
    this.hasUtf8Headers = options.hasUtf8Headers === true;
    this.exchange = new Exchange(options, {
      findClient: (raw) => (raw as RawWebRequest).client,
      capture: (subrequest, outer) => this.capture(subrequest, outer),
      refuseRest: (_request, reply, { status, body }) => reply.code(status).send(body),
    });
  }

  fetch(
    request: Request,
    { client, httpVersion = "1.1", platform }: FetchOptions,
  ): Promise<Response> {
    const { method, url } = request;
    const headers = this.hasUtf8Headers ? utf8Headers(request.headers) : request.headers;
    const raw = toRaw({ method, target: targetOf(url), headers, httpVersion, client, platform });
    const { bodyLimitBytes } = this.exchange;
    return this.answer(raw, () => readBody(request.body, raw.headers, bodyLimitBytes)).response;
  }

  /** The reply begins later. */
  private answer(raw: RawWebRequest, read: ReadBody): WebReply {
    const { exchange } = this;
    const request = new WebRequest(raw);
    const reply = new WebReply(raw.method, this.hasUtf8Headers);
    const url = exchange.arrive(raw);
    if (exchange.answerCors(request, reply)) return reply;
    const call = this.findCall(url, request, reply);
    if (call !== undefined) {
      const callWithBody = async (): Promise<void> => {
        request.body = await read();
        call();
      };
      callWithBody().catch((thrown: unknown) => {
        exchange.fail(thrown, request, reply);
      });
    }
    return reply;
  }

  /** What is to be called with the body; `undefined` when the request has its answer without. */
  private findCall(url: string, request: WebRequest, reply: WebReply): (() => void) | undefined {
    const { exchange } = this;
    const { method } = request;
    const isKnown = METHODS.some((each) => each === method);
    if (isKnown && url === MALFORMED_URL) {
      exchange.send(errorReply(400, "malformed path"), request, reply);
      return undefined;
    }
    if (isKnown && url === DIRECT_URL) {
      if (exchange.mayCallDirectly(request, this.mode)) {
        return () => exchange.callDirectly(request, reply);
      }
      exchange.send(errorReply(403, "forbidden"), request, reply);
      return undefined;
    }
    const found = this.router.find(method, url);
    if (found === undefined) {
      exchange.answerWithoutRoute(request, reply);
      return undefined;
    }
    request.params = found.params;
    return () => exchange.callRoute(found.route, request, reply);
  }

  private async capture(subrequest: Subrequest, outer: RequestedCall): Promise<CapturedReply> {
    const { method, target, body } = subrequest;
    const headers = Object.entries(subrequestHeaders(outer)).map(
      ([name, values]) => [name, [values].flat().join(", ")] as const,
    );
    const { client, platform, httpVersion } = outer.gatewayRequest.raw as RawWebRequest;
    const raw = toRaw({ method, target, headers, httpVersion, client, platform });
    attachOuter(raw, outer);
    const bytes = body === "" ? undefined : toByteArray(body);
    const reply = this.answer(raw, () => Promise.resolve(bytes));
    return await readReply(await reply.response, reply);
  }
}

function* utf8Headers(headers: Headers): Iterable<readonly [name: string, value: string]> {
  for (const [name, value] of headers) yield [name, encodeUtf8(value)];
}

async function readReply(response: Response, reply: WebReply): Promise<CapturedReply> {
  const headers = new HeaderList();
  for (const [name, values] of reply.headerValues()) headers.set(name, values);
  let body = "";
  try {
    for await (const piece of piecesOf(response)) body += fromByteArray(piece);
  } catch {
    // It was broken off.
  }
  return { status: response.status, headers, body, isTruncated: reply.destroyed };
}

async function* piecesOf({ body }: Response): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader() as ReadableStreamDefaultReader<Uint8Array> | undefined;
  for (;;) {
    const piece = await reader?.read();
    if (piece?.value === undefined) return;
    yield piece.value;
  }
}
