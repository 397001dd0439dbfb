/** What becomes of the end of a call: the reply. A class, as closures would take more memory in each request that waits. */
import type { CallEnd } from "../functions/index.ts";
import type { Exchange } from "./exchange.ts";
import type { Conclusion } from "./own/conclude.ts";
import type { RequestedCall } from "./own/requestedCall.ts";

export class SentEnd implements CallEnd<Conclusion> {
  private readonly exchange: Exchange;
  private readonly call: RequestedCall;

  constructor(exchange: Exchange, call: RequestedCall) {
    this.exchange = exchange;
    this.call = call;
  }

  ended(conclusion: Conclusion): void {
    this.exchange.sendConclusion(conclusion, this.call);
  }

  failed(bug: unknown): void {
    this.exchange.failCall(bug, this.call);
  }
}
