/**
 * The figures of a server, in Prometheus's text format. Workers count what happened since their last report; the sums are
 * kept here, so that they never get smaller when a worker ends.
 */
import type { TopicLag, WorkerReport } from "./messages.ts";
import { formatMetrics, type Metric, type Sample } from "./prometheus.ts";
import { BUCKETS_SECONDS, countsKey, emptyCounts, type RequestCounts } from "./requestStats.ts";
import type { EndCause, WorkerState } from "./workerProcess.ts";

/** A worker of which there are figures. */
export interface MeasuredWorker {
  readonly number: number;
  readonly pid: number;
  readonly state: WorkerState;
  readonly report: WorkerReport | undefined;
}

/** A dictionary of `ngx.shared` of which there are figures. */
export interface MeasuredDict {
  readonly usedBytes: number;
  readonly capacityBytes: number;
}

const CAUSES: readonly EndCause[] = ["crash", "stall", "memory", "failure"];
const STATES: readonly WorkerState[] = ["starting", "serving", "draining"];

export class Metrics {
  private readonly requests = new Map<string, RequestCounts>();
  private readonly restarts = new Map<EndCause, number>();
  private reloads = { ok: 0, failed: 0 };

  addReport({ requests }: Pick<WorkerReport, "requests">): void {
    for (const counts of requests) this.addRequests(counts);
  }

  addRestart(cause: EndCause): void {
    this.restarts.set(cause, (this.restarts.get(cause) ?? 0) + 1);
  }

  addReload(hasSucceeded: boolean): void {
    this.reloads[hasSucceeded ? "ok" : "failed"]++;
  }

  /** @param workers In any order; several may have the same number while they are replaced. */
  format(
    workers: readonly MeasuredWorker[],
    lags: readonly TopicLag[] | undefined,
    dicts: ReadonlyMap<string, MeasuredDict> = new Map(),
  ): string {
    return formatMetrics([
      ...this.requestMetrics(),
      ...workerMetrics(workers),
      this.restartMetric(),
      {
        name: "spacer_reloads_total",
        type: "counter",
        help: "Rolling restarts, by result.",
        samples: Object.entries(this.reloads).map(([result, value]) => ({
          labels: { result },
          value,
        })),
      },
      ...(lags === undefined ? [] : [lagMetric(lags)]),
      ...(dicts.size === 0 ? [] : dictMetrics(dicts)),
    ]);
  }

  private addRequests(counts: RequestCounts): void {
    const key = countsKey(counts);
    const sums = this.requests.get(key) ?? emptyCounts(counts);
    this.requests.set(key, sums);
    counts.statuses.forEach(
      (count, index) => (sums.statuses[index] = (sums.statuses[index] ?? 0) + count),
    );
    counts.buckets.forEach(
      (count, index) => (sums.buckets[index] = (sums.buckets[index] ?? 0) + count),
    );
    sums.sumSeconds += counts.sumSeconds;
  }

  private requestMetrics(): Metric[] {
    const all = [...this.requests.values()];
    return [
      {
        name: "spacer_http_requests_total",
        type: "counter",
        help: "Requests answered, by route and class of the status.",
        samples: all.flatMap((counts) =>
          counts.statuses.flatMap((value, index) =>
            value === 0
              ? []
              : [{ labels: { ...labelsOf(counts), status: `${String(index + 1)}xx` }, value }],
          ),
        ),
      },
      {
        name: "spacer_http_request_duration_seconds",
        type: "histogram",
        help: "How long requests took, from their first line to the reply.",
        samples: all.flatMap(histogramOf),
      },
    ];
  }

  private restartMetric(): Metric {
    return {
      name: "spacer_worker_restarts_total",
      type: "counter",
      help: "Workers that ended before they were told to and were replaced, by cause.",
      samples: CAUSES.map((cause) => ({
        labels: { cause },
        value: this.restarts.get(cause) ?? 0,
      })),
    };
  }
}

function labelsOf({ method, route, functionName }: RequestCounts) {
  return { method, route, function: functionName };
}

function histogramOf(counts: RequestCounts): Sample[] {
  const labels = labelsOf(counts);
  let count = 0;
  const buckets = counts.buckets.map((each, index) => {
    count += each;
    const limit = BUCKETS_SECONDS[index];
    const le = limit === undefined ? "+Inf" : String(limit);
    return { suffix: "_bucket", labels: { ...labels, le }, value: count };
  });
  return [
    ...buckets,
    { suffix: "_sum", labels, value: counts.sumSeconds },
    { suffix: "_count", labels, value: count },
  ];
}

function workerMetrics(workers: readonly MeasuredWorker[]): Metric[] {
  const gauge = (
    name: string,
    help: string,
    read: (report: WorkerReport) => readonly (readonly [number, Record<string, string>?])[],
    type: Metric["type"] = "gauge",
  ): Metric => ({
    name,
    type,
    help,
    samples: workers.flatMap(({ number, pid, report }) =>
      report === undefined
        ? []
        : read(report).map(([value, labels = {}]) => ({
            labels: { worker: String(number), pid: String(pid), ...labels },
            value,
          })),
    ),
  });
  return [
    {
      name: "spacer_workers",
      type: "gauge",
      help: "Workers, by what they do.",
      samples: STATES.map((state) => ({
        labels: { state },
        value: workers.filter((worker) => worker.state === state).length,
      })),
    },
    gauge("spacer_http_requests_in_flight", "Requests being answered.", ({ inFlight }) => [
      [inFlight],
    ]),
    gauge(
      "spacer_event_loop_lag_seconds",
      "How much later than planned timers came, in the worst second since somebody asked.",
      ({ lag }) => [
        [lag.p50Ms / 1000, { quantile: "0.5" }],
        [lag.p99Ms / 1000, { quantile: "0.99" }],
        [lag.maxMs / 1000, { quantile: "1" }],
      ],
    ),
    gauge("spacer_worker_memory_bytes", "Memory of the process.", ({ memoryBytes }) => [
      [memoryBytes],
    ]),
    gauge("spacer_worker_heap_bytes", "Memory in use in V8's heap.", ({ heapBytes }) => [
      [heapBytes],
    ]),
    gauge(
      "spacer_worker_cpu_seconds_total",
      "CPU time since the process began.",
      ({ cpuSeconds }) => [[cpuSeconds]],
      "counter",
    ),
  ];
}

function dictMetrics(dicts: ReadonlyMap<string, MeasuredDict>): Metric[] {
  const gauge = (name: string, help: string, read: (dict: MeasuredDict) => number): Metric => ({
    name,
    type: "gauge",
    help,
    samples: [...dicts].map(([dict, measured]) => ({ labels: { dict }, value: read(measured) })),
  });
  return [
    gauge(
      "spacer_shared_dict_used_bytes",
      "What is in a dictionary of ngx.shared.",
      ({ usedBytes }) => usedBytes,
    ),
    gauge(
      "spacer_shared_dict_capacity_bytes",
      "How large it may get.",
      ({ capacityBytes }) => capacityBytes,
    ),
  ];
}

function lagMetric(lags: readonly TopicLag[]): Metric {
  return {
    name: "spacer_topic_lag_events",
    type: "gauge",
    help: "Events that the consumer group has not handled.",
    samples: lags.map(({ group, topic, events }) => ({ labels: { group, topic }, value: events })),
  };
}
