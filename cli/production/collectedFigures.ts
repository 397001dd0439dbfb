/** The figures of all workers together, when somebody asks for them. */
import type { TopicLag } from "./messages.ts";
import type { MeasuredDict, Metrics } from "./metrics.ts";
import type { WorkerProcess } from "./workerProcess.ts";

const COLLECT_TIMEOUT_MS = 1000;
/** How long figures of topics count, which the database has to be asked for. */
const LAG_AGE_MS = 5000;

export class CollectedFigures {
  private readonly metrics: Metrics;
  private lags: { readonly atMs: number; readonly events: readonly TopicLag[] } | undefined =
    undefined;

  /** @param metrics Gets what workers report of requests. */
  constructor(metrics: Metrics) {
    this.metrics = metrics;
  }

  /** In Prometheus's text format. @param workers All that have not ended. */
  async format(
    workers: readonly WorkerProcess[],
    dicts: ReadonlyMap<string, MeasuredDict>,
  ): Promise<string> {
    const nowMs = performance.now();
    const wantsLag = this.lags === undefined || nowMs - this.lags.atMs > LAG_AGE_MS;
    // Who starts has nothing to tell, and is not there to answer.
    const asked = workers.filter(({ state }) => state !== "starting");
    const lagTeller = asked.find(({ state }) => state === "serving");
    const collected = await Promise.all(
      asked.map((worker) => worker.collect(wantsLag && worker === lagTeller, COLLECT_TIMEOUT_MS)),
    );
    const events = collected.find((each) => each?.lags !== undefined)?.lags;
    if (events !== undefined) this.lags = { atMs: nowMs, events };
    const living = workers.filter(({ state }) => state !== "ended");
    const text = this.metrics.format(living, this.lags?.events, dicts);
    for (const worker of living) worker.forgetLag();
    return text;
  }
}
