/**
 * The collector of a server. A collection takes long where much is in memory, and all requests wait
 * for it: those that functions ask for are far apart, and the engine does what is needed meanwhile.
 */
import type { HostClock, HostCollector } from "../../runtime/host.ts";

/** Collections are so far apart at least, and take at most so large a part of the time. */
const MIN_INTERVAL_MS = 1000;
const INTERVAL_PER_DURATION = 100;

export function limitCollector(
  collector: HostCollector,
  clock: Pick<HostClock, "nowMs">,
): HostCollector {
  let nextMs = 0;
  return {
    ...collector,
    collect() {
      const startMs = clock.nowMs();
      if (startMs < nextMs) return;
      collector.collect();
      const endMs = clock.nowMs();
      nextMs = endMs + Math.max(MIN_INTERVAL_MS, (endMs - startMs) * INTERVAL_PER_DURATION);
    },
  };
}
