/** What a group has done with the events of a partition, whoever did it. */
import type {
  Delivery,
  FailedAttempt,
  Handled,
  HandlingRecord,
  RecordFilter,
  Settlement,
} from "../../groups.ts";
import { Progress } from "../../progress.ts";
import type { StoredEvent } from "../../storage.ts";
import type { DeadLetters } from "./deadLetters.ts";

export interface PartitionOfGroup {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** Those of the log: they become more. */
  readonly events: readonly StoredEvent[];
}

export class HandledPartition {
  readonly of: PartitionOfGroup;
  readonly letters: DeadLetters;
  /** How many leases there were. */
  epoch = 0;
  private progress: Progress;
  /** By offset, of events that are to be tried again. */
  private readonly failures = new Map<number, FailedAttempt>();
  /** By handler, then by offset. */
  private readonly recorded = new Map<string, Map<number, Handled>>();

  constructor(of: PartitionOfGroup, letters: DeadLetters, committed: number) {
    this.of = of;
    this.letters = letters;
    this.progress = new Progress(committed);
  }

  get committed(): number {
    return this.progress.committed;
  }

  get lag(): number {
    return this.progress.countOpen(this.of.events.length);
  }

  isSettled(offset: number): boolean {
    return this.progress.has(offset);
  }

  deliver(event: StoredEvent): Delivery {
    const { attempts = 0, handler } = this.failures.get(event.offset) ?? {};
    return { event, attempts, handler, isSuspect: false, deadLetter: undefined };
  }

  /** `undefined` when it was dropped, or is none. */
  redeliver(id: string): Delivery | undefined {
    const letter = this.letters.get(id);
    if (letter?.isRedriven !== true) return undefined;
    const delivery = this.deliver(letter.event);
    return { ...delivery, handler: delivery.handler ?? letter.handler, deadLetter: id };
  }

  fail({ event }: Delivery, failure: FailedAttempt): void {
    this.failures.set(event.offset, failure);
  }

  settle({ event, deadLetter }: Delivery, { records, failure }: Settlement): void {
    this.failures.delete(event.offset);
    if (deadLetter === undefined) this.progress.settle(event.offset);
    for (const record of records) this.record(event.offset, record);
    // One that was dropped meanwhile stays away.
    if (deadLetter !== undefined && this.letters.get(deadLetter) === undefined) return;
    if (failure !== undefined) this.letters.put(this.of.group, event, failure, deadLetter);
    else if (deadLetter !== undefined) this.letters.drop([deadLetter]);
  }

  reset(offset: number): void {
    this.progress = new Progress(offset);
    this.failures.clear();
  }

  records({ from, to, handler }: RecordFilter): readonly HandlingRecord[] {
    return [...this.recorded]
      .filter(([name]) => handler === undefined || name === handler)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .flatMap(([, byOffset]) => [...byOffset])
      .filter(([offset]) => offset >= from && offset < to)
      .sort(([left], [right]) => left - right)
      .map(([offset, record]) => ({ ...record, offset }));
  }

  /** What was done first counts: replays are compared with it. */
  private record(offset: number, record: Handled): void {
    const byOffset = this.recorded.get(record.handler) ?? new Map<number, Handled>();
    if (!byOffset.has(offset)) byOffset.set(offset, record);
    this.recorded.set(record.handler, byOffset);
  }
}
