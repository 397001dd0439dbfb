/** Counts the requests of a worker, by route: what became of them, and how long they took. */
import type { ServerResponse } from "node:http";
import type { AccessEntry, ServedGateway } from "../../runtime/gateway/index.ts";
import { fromBytes } from "../bytes.ts";
import type { RequestObserver } from "../startServer.ts";

/** Upper limits of the buckets of the histogram; a last one, without limit, comes behind them. */
export const BUCKETS_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
] as const;

export interface RequestCounts {
  readonly method: string;
  /** As the gateway file has it; "(none)" where nothing was found, "(direct)" where a function was called by name. */
  readonly route: string;
  readonly functionName: string;
  /** How many replies had a status of 1xx, 2xx, ... */
  readonly statuses: number[];
  /** How many took at most as long as each bucket says, and longer than the one before. */
  readonly buckets: number[];
  sumSeconds: number;
}

/** Names that clients choose must not fill the memory of whoever counts. */
const MAX_ROUTES = 2000;

export class RequestStats implements RequestObserver {
  inFlight = 0;
  private counts = new Map<string, RequestCounts>();
  /** What was counted last, which is often what comes next. */
  private latest: (CountsName & { readonly counts: RequestCounts }) | undefined = undefined;
  private readonly ended = (): void => {
    this.inFlight--;
  };

  observe(gateway: ServedGateway): ServedGateway {
    return {
      noteRefusal: (refusal) => gateway.noteRefusal?.(refusal),
      handle: (request, response: ServerResponse) => {
        this.inFlight++;
        response.on("close", this.ended);
        gateway.handle(request, response);
      },
    };
  }

  readonly onRequest = (entry: AccessEntry): void => {
    // What functions ask of routes is a part of a request.
    if (entry.invocation?.outer !== undefined) return;
    const { method, route = entry.functionName === undefined ? "(none)" : "(direct)" } = entry;
    const counts = this.countsFor(method, route, entry.functionName ?? "");
    const statusClass = Math.min(Math.max(Math.floor(entry.status / 100), 1), 5) - 1;
    counts.statuses[statusClass] = (counts.statuses[statusClass] ?? 0) + 1;
    const seconds = entry.durationMs / 1000;
    const found = BUCKETS_SECONDS.findIndex((limit) => seconds <= limit);
    const bucket = found < 0 ? BUCKETS_SECONDS.length : found;
    counts.buckets[bucket] = (counts.buckets[bucket] ?? 0) + 1;
    counts.sumSeconds += seconds;
  };

  /** @returns What happened since the last call. */
  collect(): RequestCounts[] {
    const collected = [...this.counts.values()];
    this.counts = new Map();
    this.latest = undefined;
    return collected;
  }

  /** Texts are in bytes, as in the entry. */
  private countsFor(method: string, route: string, functionName: string): RequestCounts {
    const { latest } = this;
    const isLatest =
      latest?.route === route && latest.functionName === functionName && latest.method === method;
    if (isLatest) return latest.counts;
    const key = countsKey({ method, route, functionName });
    let counts = this.counts.get(key);
    if (counts === undefined) {
      if (this.counts.size >= MAX_ROUTES && route !== "(other)")
        return this.countsFor(method, "(other)", "");
      const name = fromBytes(functionName);
      counts = emptyCounts({ method, route: fromBytes(route), functionName: name });
      this.counts.set(key, counts);
    }
    this.latest = { method, route, functionName, counts };
    return counts;
  }
}

type CountsName = Pick<RequestCounts, "method" | "route" | "functionName">;

export function countsKey({ method, route, functionName }: CountsName): string {
  return `${method} ${route}\n${functionName}`;
}

export function emptyCounts({ method, route, functionName }: CountsName): RequestCounts {
  return {
    method,
    route,
    functionName,
    statuses: [0, 0, 0, 0, 0],
    buckets: new Array<number>(BUCKETS_SECONDS.length + 1).fill(0),
    sumSeconds: 0,
  };
}
