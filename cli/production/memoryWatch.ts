/** Finds workers that have more memory than they may, and ends those that have far more. */
import type { WorkerProcess } from "./workerProcess.ts";

/** How long after an attempt to replace one the next attempt comes. */
const REPLACE_AGAIN_MS = 60_000;
/** One that has that many times as much is not waited for. */
const MEMORY_EXCESS = 2;

export class MemoryWatch {
  private readonly triedToReplaceMs = new WeakMap<WorkerProcess, number>();

  /**
   * Looks at what a worker has reported.
   *
   * @param limitBytes `undefined` for no limit.
   * @param replace Lets another one take its place. @param sizes In words.
   */
  look(
    worker: WorkerProcess,
    limitBytes: number | undefined,
    replace: (sizes: string) => void,
  ): void {
    const used = worker.report?.memoryBytes ?? 0;
    if (limitBytes === undefined || used <= limitBytes || worker.state !== "serving") return;
    const sizes = `${megabytes(used)} of memory, more than the ${megabytes(limitBytes)} of workers.memoryLimit`;
    if (used > MEMORY_EXCESS * limitBytes) {
      worker.kill("memory", `had ${sizes}, and was ended`);
      return;
    }
    const nowMs = performance.now();
    if (nowMs - (this.triedToReplaceMs.get(worker) ?? -Infinity) < REPLACE_AGAIN_MS) return;
    this.triedToReplaceMs.set(worker, nowMs);
    replace(sizes);
  }
}

function megabytes(bytes: number): string {
  return `${String(Math.round(bytes / 2 ** 20))} MB`;
}
