/** How many processors this process may use. Node 20 knows what the scheduler allows, but not what a container does. */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** @param readText Reads a file of the system; `undefined` when it is not there. */
export function processorCount(
  available = availableParallelism(),
  readText: (path: string) => string | undefined = readSystemFile,
): number {
  const quota = quotaOf(readText);
  return Math.max(1, quota === undefined ? available : Math.min(available, Math.floor(quota)));
}

/** Processors' worth of time that the control group of this process has. */
function quotaOf(readText: (path: string) => string | undefined): number | undefined {
  const second = /^(\d+) (\d+)$/.exec(readText("/sys/fs/cgroup/cpu.max")?.trim() ?? "");
  if (second !== null) return Number(second[1]) / Number(second[2]);
  const quota = Number(readText("/sys/fs/cgroup/cpu/cpu.cfs_quota_us") ?? NaN);
  const period = Number(readText("/sys/fs/cgroup/cpu/cpu.cfs_period_us") ?? NaN);
  // Without a limit the quota is -1.
  return quota > 0 && period > 0 ? quota / period : undefined;
}

function readSystemFile(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}
