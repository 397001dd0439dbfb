/** Who a request is made for, and what becomes of it. */
import type { Span } from "../../../core/span.ts";
import type { Header } from "../../../functions/index.ts";
import type { HostClock } from "../../../host.ts";
import type { Call } from "./call.ts";
import type { Failure } from "./failure.ts";
import type { ConnectionPool } from "./pool.ts";
import type { ResponseBody } from "./responseBody.ts";

export interface Response {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly Header[];
  /** Of whoever answered in the end. */
  readonly url: URL;
  readonly body: ResponseBody;
  /** Ends a body that is read piece by piece, before its end. */
  readonly call: Call;
}

export interface CallSurroundings {
  readonly clock: HostClock;
  /** Where its connections come from. */
  readonly pool: Pick<ConnectionPool, "ask" | "release">;
  /** Begins the span of a request. */
  readonly beginSpan: (method: string, url: URL) => Span | undefined;
  /** What a span adds to the headers. */
  readonly traceHeaders: (span: Span) => Readonly<Record<string, string>>;
}

export interface CallEnd {
  /** Of a body that is wanted at once, all has come. */
  answered(response: Response): void;
  failed(failure: Failure): void;
  /** Something is wrong with us. */
  broke(error: unknown): void;
}
