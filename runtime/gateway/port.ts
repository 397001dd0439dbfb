/**
 * A request and the reply to it as the gateway sees them, whoever serves it. Fastify's are such objects, on Node's server
 * (gateway.ts); so are those made of the `Request` that `fetch` gets elsewhere (fetch/).
 */

/** The values that Node's header objects have. */
export type HeaderValue = string | number | readonly string[];

/** By names in lower case. Texts are byte strings. */
export interface RequestHeaders extends Readonly<Partial<Record<string, string | string[]>>> {
  readonly accept?: string | undefined;
  readonly "content-encoding"?: string | undefined;
  readonly "content-type"?: string | undefined;
  readonly expect?: string | undefined;
  readonly origin?: string | undefined;
}

/** What came, as it was sent. */
export interface RawRequest {
  readonly method?: string | undefined;
  /** Path and query, or a whole URL as sent to a proxy. */
  readonly url?: string | undefined;
  readonly headers: RequestHeaders;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: string[];
  /** "1.1" */
  readonly httpVersion: string;
  /** Whether all of the body is there. */
  readonly complete: boolean;
  /** Both ends of the connection, as far as they are known. */
  readonly socket: {
    readonly remoteAddress?: string | undefined;
    readonly remotePort?: number | undefined;
    readonly localAddress?: string | undefined;
    readonly localPort?: number | undefined;
  };
}

export interface GatewayRequest {
  readonly raw: RawRequest;
  readonly method: string;
  /** As `RawRequest.url`. */
  readonly originalUrl: string;
  readonly headers: RequestHeaders;
  /** What the router found, by its own names (routes.ts). */
  readonly params: unknown;
  /** Bytes (`ArrayBufferView`), if there are any. */
  readonly body: unknown;
}

/** The reply, part by part, as Node's `ServerResponse` takes it. */
export interface RawResponse {
  /** What is answered. */
  readonly req: { readonly method?: string | undefined };
  /** Whether the connection can serve another request behind this one. */
  readonly shouldKeepAlive: boolean;
  /** Whether nobody is there any more to read it. */
  readonly destroyed: boolean;
  readonly closed: boolean;
  getHeader(name: string): HeaderValue | undefined;
  setHeader(name: string, value: HeaderValue): unknown;
  writeHead(status: number): unknown;
  flushHeaders(): void;
  /** @param onSent Is called when the system has taken it. */
  write(bytes: Uint8Array | string, onSent?: () => void): unknown;
  end(bytes?: Uint8Array): unknown;
  /** Breaks it off: the client can tell that it is not complete. */
  destroy(): unknown;
  once(event: "close", listener: () => void): unknown;
  off(event: "close", listener: () => void): unknown;
}

/** A whole reply. */
export interface GatewayReply {
  readonly raw: RawResponse;
  code(status: number): GatewayReply;
  header(name: string, value: HeaderValue): GatewayReply;
  /** Nothing else is called behind it. */
  send(bytes?: Uint8Array): unknown;
  /** From now on `raw` is used in its place. */
  hijack(): unknown;
}

/** Whose request it is (client.ts, proxies.ts). */
export interface RequestClient {
  /** `undefined` for a connection that is gone. */
  readonly address: string | undefined;
  /** Whether `address` is that of the connection. */
  readonly isDirect: boolean;
  readonly isEncrypted: boolean;
  /** What it asked for, where a proxy says so. */
  readonly host: string | undefined;
}

export type ClientFinder = (request: RawRequest) => RequestClient;
