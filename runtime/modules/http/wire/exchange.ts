/** One attempt of a call: a request over a connection, and what comes back. */
import type { Connection, ResponseHead, ResponseListener } from "./connection.ts";
import type { ResponseBody } from "./responseBody.ts";

export interface ExchangeOwner {
  /** @returns Where the body goes. */
  headCame(exchange: Exchange, head: ResponseHead): ResponseBody;
  /** @param trailers Names, in lower case, and values in turn. */
  exchangeEnded(exchange: Exchange, trailers: readonly string[]): void;
  /** @param isUnsent Whether nothing of the request can have arrived. */
  exchangeFailed(exchange: Exchange, error: unknown, isUnsent: boolean): void;
}

export class Exchange implements ResponseListener {
  readonly connection: Connection;
  /** Whether the connection has carried others before: the server may just have closed it. */
  readonly isReused: boolean;
  body: ResponseBody | undefined = undefined;
  /** Of a redirect that is to be followed. */
  location: string | undefined = undefined;
  private readonly owner: ExchangeOwner;

  constructor(owner: ExchangeOwner, connection: Connection) {
    this.owner = owner;
    this.connection = connection;
    this.isReused = connection.useCount > 0;
  }

  head(head: ResponseHead): boolean {
    this.body = this.owner.headCame(this, head);
    return true;
  }

  data(bytes: Buffer): boolean {
    return this.body?.push(bytes) ?? true;
  }

  end(trailers: readonly string[]): void {
    this.owner.exchangeEnded(this, trailers);
  }

  fail(error: unknown, isUnsent: boolean): void {
    this.owner.exchangeFailed(this, error, isUnsent);
  }
}
