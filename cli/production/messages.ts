/** All that the supervisor and its workers tell each other. Connections go along with messages of the type `connection`. */
import type { GatewayAddress } from "../../runtime/gateway/index.ts";
import type { ServerPart } from "../startOptions.ts";
import type { Entrance } from "../startServer.ts";
import type { WireReply, WireRequest } from "./dictWire.ts";
import type { ProjectReading } from "./readProject.ts";
import type { RequestCounts } from "./requestStats.ts";

export interface WorkerOptions {
  /** From 1. A worker that takes the place of another has the same. */
  readonly number: number;
  /** Absolute path of the project. */
  readonly root: string;
  readonly environment: string;
  readonly group: string | undefined;
  readonly writeProxy: boolean;
  readonly only: ServerPart | undefined;
  /** The same for all workers that serve together, and for those that take their places. */
  readonly project: ProjectReading;
  /** Where the supervisor listens for it. */
  readonly addresses: Readonly<Partial<Record<Entrance, GatewayAddress>>>;
  /** The names of the dictionaries in `ngx.shared`, which the supervisor keeps. */
  readonly sharedDicts: readonly string[];
  /** Whether it looks for files that do not compile; one of those that start together is enough. */
  readonly checksSources: boolean;
  /** How often it tells that it is alive. */
  readonly beatMs: number;
}

/** What a worker asks of the shared dictionaries. */
export interface DictRequests {
  readonly type: "dicts";
  /** The number of the first of them; each has one more than the one before. */
  readonly first: number;
  /** Are done in this order. */
  readonly requests: readonly WireRequest[];
}

/** The answers to some of the requests, not necessarily all of a message. */
export interface DictReplies {
  readonly type: "dict-replies";
  readonly first: number;
  readonly replies: readonly WireReply[];
}

export type ToWorker =
  /** The first one, when it is awake. */
  | { readonly type: "start"; readonly options: WorkerOptions }
  /** Is answered by `accepted`, and until then the connection is the supervisor's. */
  | { readonly type: "connection"; readonly id: number; readonly entrance: Entrance }
  /** Begin nothing more, and end: when all that runs is through, or after the grace time. */
  | { readonly type: "drain"; readonly graceMs: number; readonly idleMs: number }
  | { readonly type: "reopen-logs" }
  | DictReplies
  /** Is answered by `collected`. */
  | { readonly type: "collect"; readonly id: number; readonly wantsLag: boolean };

export type FromWorker =
  /** It listens. What is sent earlier is lost: the first listener is that of `node:cluster`. */
  | { readonly type: "awake" }
  | { readonly type: "alive"; readonly report: WorkerReport }
  /** It serves. @property problems Files that do not compile, in words. */
  | { readonly type: "ready"; readonly problems: readonly string[] }
  /** It can't start, and ends. */
  | { readonly type: "failed"; readonly text: string; readonly exitCode: number }
  | { readonly type: "accepted"; readonly id: number }
  /** Is answered by `dict-replies`. */
  | DictRequests
  | {
      readonly type: "collected";
      readonly id: number;
      readonly report: WorkerReport;
      readonly lags: readonly TopicLag[] | undefined;
    };

export interface WorkerReport {
  /** Of the process, as the system counts it. */
  readonly memoryBytes: number;
  /** Of V8's heap what is in use. */
  readonly heapBytes: number;
  /** Since it began. */
  readonly cpuSeconds: number;
  /** Requests whose replies are not through. */
  readonly inFlight: number;
  /** How much later than planned timers came, since the last report. */
  readonly lag: { readonly p50Ms: number; readonly p99Ms: number; readonly maxMs: number };
  /** Since the last report. */
  readonly requests: readonly RequestCounts[];
  /** Somebody may have stopped it in a debugger: silence means nothing. */
  readonly isDebugged: boolean;
}

/** How many events a consumer group has not handled. */
export interface TopicLag {
  readonly group: string;
  readonly topic: string;
  readonly events: number;
}
