/** Who may run when: one at a time, and not for too long without a break. */

export class Turn {
  private last: Promise<unknown> = Promise.resolve();

  /** Runs something when all that came before has ended. */
  run<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.last.then(task);
    this.last = result.catch(() => undefined);
    return result;
  }
}

/** So long events may be handled without a look at sockets and timers. */
const MAX_STRETCH_MS = 5;

/** Lets the rest of the process run when nothing else did for some time. */
export class Breather {
  private sinceMs = performance.now();
  private break_: Promise<void> | undefined = undefined;

  /** `undefined` when there is no need. */
  breathe(): Promise<void> | undefined {
    if (this.break_ === undefined && performance.now() - this.sinceMs < MAX_STRETCH_MS) {
      return undefined;
    }
    this.break_ ??= new Promise((resolve) => {
      setImmediate(() => {
        this.sinceMs = performance.now();
        this.break_ = undefined;
        resolve();
      });
    });
    return this.break_;
  }
}
