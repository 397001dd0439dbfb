/**
 * A process that has loaded the program and waits to be a worker. Loading it is most of what the start of a worker takes: who
 * takes the place of another one is there sooner.
 *
 * There is one at most. It is of the program as it was when the process began, so whoever reads everything anew renews it.
 */
import { ForkedWorker, type ForkOptions } from "./forkedWorker.ts";
import { restartDelayMs, STABLE_MS } from "./restartDelay.ts";

export interface SpareOptions {
  /** How to start one; `undefined` when none is wanted. */
  readonly forkOptions: () => ForkOptions | undefined;
  /** One ended while nobody needed it. */
  readonly onEnd: (pid: number) => void;
}

export class SpareWorker {
  private readonly options: SpareOptions;
  private forked: ForkedWorker | undefined = undefined;
  /** Until the next one starts, when they keep ending. */
  private timer: NodeJS.Timeout | undefined = undefined;
  private deaths = 0;
  private isClosed = false;

  constructor(options: SpareOptions) {
    this.options = options;
  }

  /** Starts one unless it is there. */
  prepare(): void {
    if (this.isClosed || this.forked !== undefined || this.timer !== undefined) return;
    const forkOptions = this.options.forkOptions();
    if (forkOptions !== undefined) this.begin(new ForkedWorker(forkOptions));
  }

  /** Gives it away; it may still be loading. @returns `undefined` when there is none. */
  take(): ForkedWorker | undefined {
    const { forked } = this;
    this.forked = undefined;
    // It may have ended a moment ago.
    return forked?.child.isConnected() === true ? forked : undefined;
  }

  /** Lets another one take its place. */
  renew(): void {
    this.discard();
    this.prepare();
  }

  close(): void {
    this.isClosed = true;
    this.discard();
  }

  private begin(forked: ForkedWorker): void {
    const startedMs = performance.now();
    this.forked = forked;
    forked.child.process.once("exit", () => {
      if (this.forked !== forked) return;
      this.forked = undefined;
      this.deaths = performance.now() - startedMs > STABLE_MS ? 1 : this.deaths + 1;
      this.options.onEnd(forked.pid);
      // Never at once: nobody waits for it.
      this.timer = setTimeout(
        () => {
          this.timer = undefined;
          this.prepare();
        },
        restartDelayMs(this.deaths + 1),
      );
    });
  }

  private discard(): void {
    const { forked } = this;
    this.forked = undefined;
    clearTimeout(this.timer);
    this.timer = undefined;
    forked?.child.process.kill("SIGKILL");
  }
}
