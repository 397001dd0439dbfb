/**
 * The deadlines of a state's invocations that wait. Those of the same millisecond share a timer: a thousand requests that come at once
 * and wait have as many deadlines, and a timer for each with its closures was a tenth of what they held (measured by heap
 * snapshots with 1,000 requests in `ngx.sleep`).
 *
 * Invocations are linked to each other by fields of theirs, so that one more takes nothing else.
 */
import type { HostClock } from "../host.ts";

/** Who has a deadline. The fields are for `Deadlines` alone. */
export interface Dated {
  /** As the clock of the host tells time. */
  readonly deadlineMs: number;
  /** Where it waits for its deadline; `undefined` when it does not. */
  due: Due | undefined;
  nextDue: Dated | undefined;
  previousDue: Dated | undefined;
  /** Is called when the deadline is over and it was not removed. */
  stopWaiting(): void;
}

/** All that have the same deadline. */
interface Due {
  first: Dated | undefined;
  cancel: () => void;
}

export class Deadlines {
  private readonly clock: HostClock;
  private readonly dues = new Map<number, Due>();

  constructor(clock: HostClock) {
    this.clock = clock;
  }

  /** @param dated Whose deadline is finite. */
  add(dated: Dated): void {
    const due = this.dues.get(dated.deadlineMs) ?? this.begin(dated.deadlineMs);
    const { first } = due;
    dated.due = due;
    dated.nextDue = first;
    if (first !== undefined) first.previousDue = dated;
    due.first = dated;
  }

  /** Does nothing for what is not there. */
  remove(dated: Dated): void {
    const { due, nextDue, previousDue } = dated;
    if (due === undefined) return;
    dated.due = undefined;
    dated.nextDue = undefined;
    dated.previousDue = undefined;
    if (nextDue !== undefined) nextDue.previousDue = previousDue;
    if (previousDue !== undefined) {
      previousDue.nextDue = nextDue;
      return;
    }
    due.first = nextDue;
    if (nextDue !== undefined) return;
    due.cancel();
    // Another one may have begun since this one's timer ran out.
    if (this.dues.get(dated.deadlineMs) === due) this.dues.delete(dated.deadlineMs);
  }

  private begin(deadlineMs: number): Due {
    const due: Due = { first: undefined, cancel: nothing };
    const end = (): void => {
      this.dues.delete(deadlineMs);
      // Each removes others, too: what waits for the same may end with it.
      for (let dated = due.first; dated !== undefined; dated = due.first) {
        this.remove(dated);
        dated.stopWaiting();
      }
    };
    this.dues.set(deadlineMs, due);
    due.cancel = this.clock.after(deadlineMs - this.clock.nowMs(), end, true);
    return due;
  }
}

function nothing(): void {
  // There is no timer yet.
}
