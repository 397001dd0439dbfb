/**
 * Ends workers that give no sign of life. Each tells every second that it is alive, between turns of its event loop: one
 * that is silent for long is in code that nothing can stop, such as a system call, and all its requests wait.
 */
import type { WorkerProcess } from "./workerProcess.ts";

export interface StallWatchOptions {
  readonly workers: () => readonly WorkerProcess[];
  readonly stallMs: () => number;
  readonly onStall: (worker: WorkerProcess, silentMs: number) => void;
}

/** How often workers tell, and how often somebody looks. */
export const BEAT_MS = 1000;

/** A process that begins has other things to do for a while, all the more when many do. */
const MIN_START_MS = 30_000;

/** @returns What ends the watch. */
export function watchForStalls({ workers, stallMs, onStall }: StallWatchOptions): () => void {
  let lookedMs = performance.now();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    // When this process itself was late, signs of life have not been read yet.
    const isLate = nowMs - lookedMs > 3 * BEAT_MS;
    lookedMs = nowMs;
    for (const worker of workers()) {
      if (isLate) worker.lastSignMs = nowMs;
      if (worker.report?.isDebugged === true) continue;
      const limitMs = worker.isAwake ? stallMs() : Math.max(stallMs(), MIN_START_MS);
      const silentMs = nowMs - worker.lastSignMs;
      if (silentMs > limitMs) onStall(worker, silentMs);
    }
  }, BEAT_MS);
  return () => {
    clearInterval(timer);
  };
}
