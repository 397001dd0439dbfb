/** What a worker knows of itself, for its supervisor. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isInspectorOpen } from "../debugging/inspector.ts";
import type { WorkerReport } from "./messages.ts";
import type { RequestStats } from "./requestStats.ts";

/** How often the event loop is looked at. What is measured includes it. */
const RESOLUTION_MS = 20;
const NANOSECONDS_PER_MS = 1e6;

/** @returns What makes a report of all since the last one. */
export function watchProcess(stats: RequestStats): () => WorkerReport {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  return () => {
    const { rss, heapUsed } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    const lagMs = (nanoseconds: number): number =>
      // Of a histogram without values these are no numbers, or none that mean anything.
      delays.count === 0 ? 0 : Math.max(0, nanoseconds / NANOSECONDS_PER_MS - RESOLUTION_MS);
    const lag = {
      p50Ms: lagMs(delays.percentile(50)),
      p99Ms: lagMs(delays.percentile(99)),
      maxMs: lagMs(delays.max),
    };
    delays.reset();
    return {
      memoryBytes: rss,
      heapBytes: heapUsed,
      cpuSeconds: (user + system) / 1e6,
      inFlight: stats.inFlight,
      lag,
      requests: stats.collect(),
      isDebugged: isInspectorOpen(),
    };
  };
}
