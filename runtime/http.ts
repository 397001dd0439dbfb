/**
 * The HTTP request that a function answers, as the function sees it, and how it replies in other ways than by its results.
 * The gateway implements this, the module `ngx` shows it to Lua. Nothing of it is made before a function asks for it.
 *
 * All texts are byte strings.
 */
import type { HeaderList } from "./functions/headerList.ts";

/** A call of a function by a request. */
export interface HttpCall {
  /** Made when it is first read. */
  readonly exchange: HttpExchange;
}

export interface HttpExchange {
  readonly request: HttpRequest;
  readonly reply: HttpReply;
  /** Whether another function asked for it, by `capture`. */
  readonly isSubrequest: boolean;
  /**
   * Calls what a route leads to, as a request that never was on the network. It has the headers of this request.
   *
   * @returns Rejects with nothing but bugs of ours.
   */
  capture(request: Subrequest): Promise<CapturedReply>;
}

/** Nothing in it holds the internal token. */
export interface HttpRequest {
  /** As it came, unless the function changed it. */
  method: string;
  readonly sentMethod: string;
  /** Path and query, as they were sent. */
  readonly target: string;
  /** The path: decoded, with neither empty segments nor dots. */
  readonly uri: string;
  /** As it was sent, unless the function changed it; "" when there is none. */
  query: string;
  /** 1, 1.1 */
  readonly version: number;
  /** As they came, unless the function changed them. */
  readonly headers: HeaderList;
  /** As they were sent. */
  readonly sentHeaders: readonly (readonly [name: string, value: string])[];
  /** "" when there is none. */
  body: string;
  /** When it came: milliseconds since the epoch. */
  readonly startedMs: number;
  /** 32 hexadecimal digits, of this request only. */
  readonly id: string;
  readonly isEncrypted: boolean;
  /** The host that the client asked for, where a proxy that is trusted says so. */
  readonly forwardedHost: string | undefined;
  readonly client: HttpAddress;
  readonly server: HttpAddress;
}

/** Unknown parts are `undefined`: nothing has to be on a network. */
export interface HttpAddress {
  readonly address: string | undefined;
  readonly port: number | undefined;
}

export interface HttpReply {
  /** 0 until the function sets it, or the reply begins. */
  status: number;
  readonly headers: HeaderList;
  /** Whether the reply has begun: status and headers are final, and the function's results are not sent. */
  readonly isBegun: boolean;
  /** Whether nothing can follow. */
  readonly isEnded: boolean;
  /** Whether nobody is there any more to read it. */
  readonly isAborted: boolean;
  /** How much of a body it has so far. */
  readonly sizeBytes: number;
  /** Begins the reply, and sends what there is of it. */
  sendHead(): void;
  /** Begins the reply if need be, and adds to its body. It is sent with the next `flush`, or earlier. */
  print(bytes: string): void;
  /** Sends what there is. @param onSent Is called when the system has taken it, or nobody is there any more. */
  flush(onSent?: () => void): void;
  end(): void;
  /**
   * @param listener Is called once when the client goes before the reply is through, as long as that has not happened.
   * @returns Takes it back.
   */
  onAbort(listener: () => void): () => void;
}

export interface Subrequest {
  readonly method: string;
  /** With its query. */
  readonly target: string;
  readonly body: string;
}

export interface CapturedReply {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: string;
  /** Whether the body ended too early. */
  readonly isTruncated: boolean;
}
