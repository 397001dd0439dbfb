/** What a replay has come to so far. */
import { appendedEvents, type ReplayedEvent, type Verdict } from "./outcome.ts";

export class Tally {
  readonly counts: Record<Verdict, number> = { done: 0, failed: 0, equal: 0, different: 0, new: 0 };
  /** How many events the function appended today. */
  appended = 0;
  private readonly startMs = performance.now();

  add({ verdict, today }: ReplayedEvent): void {
    this.counts[verdict]++;
    if (today.kind === "done") this.appended += appendedEvents(today.handled.appends).length;
  }

  get events(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  get durationMs(): number {
    return performance.now() - this.startMs;
  }

  /** Whether the function did what it was to do. */
  get isSuccess(): boolean {
    return this.counts.failed === 0 && this.counts.different === 0;
  }
}
