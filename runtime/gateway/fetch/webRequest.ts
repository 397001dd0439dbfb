/** The `Request` that `fetch` gets, as the gateway reads requests (port.ts). */
import type { GatewayRequest, RawRequest, RequestClient, RequestHeaders } from "../port.ts";

/** A request, and whose it is. */
export interface RawWebRequest extends RawRequest {
  readonly method: string;
  readonly url: string;
  readonly client: RequestClient;
  readonly platform: unknown;
}

export class WebRequest implements GatewayRequest {
  readonly raw: RawWebRequest;
  params: Readonly<Record<string, string>> = {};
  body: Uint8Array | undefined = undefined;

  constructor(raw: RawWebRequest) {
    this.raw = raw;
  }

  get method(): string {
    return this.raw.method;
  }

  get originalUrl(): string {
    return this.raw.url;
  }

  get headers(): RequestHeaders {
    return this.raw.headers;
  }
}

/** A request without its body, which is read when it is known that somebody wants it. */
export interface Head {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Byte strings. */
  readonly headers: Iterable<readonly [name: string, value: string]>;
  /** "1.1" */
  readonly httpVersion: string;
  readonly client: RequestClient;
  readonly platform: unknown;
}

export function toRaw(head: Head): RawWebRequest {
  const { method, target, httpVersion, client, platform } = head;
  const headers: Record<string, string> = {};
  const rawHeaders: string[] = [];
  for (const [name, value] of head.headers) {
    headers[name.toLowerCase()] = value;
    rawHeaders.push(name, value);
  }
  return {
    method,
    url: target,
    headers,
    rawHeaders,
    httpVersion,
    complete: true,
    socket: { remoteAddress: client.address },
    client,
    platform,
  };
}

/** Of a whole URL, as it stands there. */
export function targetOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}
