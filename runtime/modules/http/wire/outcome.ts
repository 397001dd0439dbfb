/** Who a request is made for, and what becomes of it. */
import type { Span } from "../../../core/span.ts";
import type { HostClock } from "../../../host.ts";
import type { Call } from "./call.ts";
import type { Failure } from "./failure.ts";
import type { ConnectionPool } from "./pool.ts";
import type { RequestPlan } from "./plan.ts";
import type { ResponseBody } from "./responseBody.ts";
import type { Target } from "./target.ts";

export interface Response {
  readonly status: number;
  readonly reason: string;
  /** Names, in lower case, and values in turn. */
  readonly headers: readonly string[];
  /** Of whoever answered in the end. */
  readonly target: Target;
  readonly body: ResponseBody;
  /** Ends a body that is read piece by piece, before its end. */
  readonly call: Call;
}

export interface CallSurroundings {
  readonly clock: HostClock;
  /** Where its connections come from. */
  readonly pool: Pick<ConnectionPool, "ask" | "release">;
  /** Begins the span of a request. */
  beginSpan(plan: RequestPlan): Span | undefined;
  /** What a span adds to the headers. */
  traceHeaders(span: Span): Readonly<Record<string, string>>;
}

export interface CallEnd {
  /** Of a body that is wanted at once, all has come. */
  answered(response: Response): void;
  failed(failure: Failure): void;
  /** Something is wrong with us. */
  broke(error: unknown): void;
}
