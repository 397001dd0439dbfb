/**
 * A partition that this process has. What it is told is kept here until it is stored together with what other leases are
 * told (progressWriter.ts).
 */
import {
  StaleLease,
  type Delivery,
  type FailedAttempt,
  type Fence,
  type Lease,
  type Settlement,
} from "../../groups.ts";
import { Progress, type OffsetRange } from "../../progress.ts";
import type { StoredEvent } from "../../storage.ts";

export interface LeaseStart {
  readonly group: string;
  readonly groupId: number;
  readonly topic: string;
  readonly topicId: number;
  readonly partition: number;
  readonly epoch: number;
  readonly committed: number;
  readonly settled: readonly OffsetRange[];
  /** What is before it and not settled may have been begun by a member that is gone. */
  readonly begunTo: number;
  /** By offset. */
  readonly attempts: ReadonlyMap<number, Attempt>;
  readonly heldUntilMs: number;
}

export interface Attempt {
  readonly handler: string;
  readonly attempts: number;
}

/** What is to be stored, by offset. */
export interface Changes {
  readonly attempts: Map<number, Attempt>;
  /** Whose attempts are forgotten. */
  readonly over: Set<number>;
  readonly letters: Map<number, FailedAttempt>;
  /** Dead letters that were handled after all. */
  readonly doneLetters: Set<string>;
  /** Dead letters that were delivered again, whatever became of them. */
  readonly redriven: Set<string>;
  readonly records: Map<number, Settlement["records"]>;
}

export interface TakenChanges {
  readonly changes: Changes;
  readonly committed: number;
  /** First, end, first, end, ... */
  readonly settled: readonly number[];
  /** Whoever is to be told when it is stored, or refused. */
  readonly flushes: readonly Flush[];
}

export interface LeaseSurroundings {
  /** There is something to store. */
  readonly onChange: () => void;
  /** Events are wanted. */
  readonly onWant: () => void;
}

export interface PostgresFence extends Fence {
  readonly groupId: number;
}

interface Want {
  readonly limit: number;
  readonly resolve: (deliveries: readonly Delivery[]) => void;
}

interface Flush {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class PostgresLease implements Lease {
  readonly topic: string;
  readonly topicId: number;
  readonly partition: number;
  readonly epoch: number;
  readonly fence: PostgresFence;
  heldUntilMs: number;
  /** It is given back: no more events are wanted. */
  isEnding = false;
  /** The offset to fetch from. */
  nextOffset: number;
  /** Whether there may be events that were not fetched; raised at each hint. */
  hints = 1;
  private readonly surroundings: LeaseSurroundings;
  private readonly progress: Progress;
  private readonly begunTo: number;
  private readonly attempts: Map<number, Attempt>;
  private isLost = false;
  private want: Want | undefined = undefined;
  private redriven: Delivery[] = [];
  /** Dead letters that are being handled, or of which it is not stored yet what became of them. */
  private readonly redriving = new Set<string>();
  private changes = noChanges();
  private isDirty = false;
  private flushes: Flush[] = [];

  constructor(start: LeaseStart, surroundings: LeaseSurroundings) {
    const { group, groupId, topic, partition, epoch } = start;
    this.topic = topic;
    this.topicId = start.topicId;
    this.partition = partition;
    this.epoch = epoch;
    this.fence = { group, groupId, topic, partition, epoch };
    this.heldUntilMs = start.heldUntilMs;
    this.surroundings = surroundings;
    this.progress = new Progress(start.committed, start.settled);
    this.begunTo = start.begunTo;
    this.attempts = new Map(start.attempts);
    this.nextOffset = start.committed;
  }

  get isHeld(): boolean {
    return !this.isLost && performance.now() < this.heldUntilMs;
  }

  /** How many events are wanted; 0 when none are. */
  get wanted(): number {
    return this.isHeld ? (this.want?.limit ?? 0) : 0;
  }

  /** Dead letters that were delivered again, and are not through. */
  get redrivenIds(): ReadonlySet<string> {
    return this.redriving;
  }

  next(limit: number): Promise<readonly Delivery[]> {
    if (this.isLost || this.isEnding) return Promise.resolve([]);
    return new Promise((resolve) => {
      this.want = { limit, resolve };
      if (this.redriven.length > 0) this.deliver(this.redriven.splice(0, limit));
      else this.surroundings.onWant();
    });
  }

  /**
   * @param events From the next offset on.
   * @returns Whether it took all: a dead letter may have come first, and then fewer are wanted, or none.
   */
  fetched(events: readonly StoredEvent[]): boolean {
    const taken = events.slice(0, this.want?.limit ?? 0);
    this.nextOffset += taken.length;
    const deliveries = taken
      .filter(({ offset }) => !this.progress.has(offset))
      .map(this.toDelivery);
    if (deliveries.length > 0) this.deliver(deliveries);
    return taken.length === events.length;
  }

  redrive(letter: {
    readonly id: string;
    readonly handler: string;
    readonly event: StoredEvent;
  }): void {
    if (this.redriving.has(letter.id) || this.isEnding) return;
    this.redriving.add(letter.id);
    const { event, id } = letter;
    const { handler, attempts } = this.attempts.get(event.offset) ?? { ...letter, attempts: 0 };
    this.redriven.push({ event, attempts, handler, isSuspect: true, deadLetter: id });
    if (this.want !== undefined) this.deliver(this.redriven.splice(0, this.want.limit));
  }

  begin(delivery: Delivery, attempt: number, handler: string): Promise<void> {
    this.noteAttempt(delivery, { handler, attempts: attempt });
    return this.flush();
  }

  settle({ event, deadLetter }: Delivery, { records, failure }: Settlement): void {
    if (this.isLost) return;
    const { offset } = event;
    if (deadLetter === undefined) this.progress.settle(offset);
    else this.changes.redriven.add(deadLetter);
    this.changes.attempts.delete(offset);
    if (this.attempts.delete(offset)) this.changes.over.add(offset);
    if (records.length > 0) this.changes.records.set(offset, records);
    if (failure !== undefined) this.changes.letters.set(offset, failure);
    else if (deadLetter !== undefined) this.changes.doneLetters.add(deadLetter);
    this.changed();
  }

  fail(delivery: Delivery, { handler, attempts }: FailedAttempt): void {
    this.noteAttempt(delivery, { handler, attempts });
  }

  flush(): Promise<void> {
    if (this.isLost) return Promise.reject(new StaleLease());
    return new Promise((resolve, reject) => {
      this.flushes.push({ resolve, reject });
      this.changed();
    });
  }

  /** What is to be stored; `undefined` when there is nothing. */
  takeChanges(): TakenChanges | undefined {
    if (!this.isDirty || this.isLost) return undefined;
    const { changes, flushes } = this;
    this.changes = noChanges();
    this.flushes = [];
    this.isDirty = false;
    const settled = this.progress.ranges.flat();
    return { changes, committed: this.progress.committed, settled, flushes };
  }

  /** What was taken is stored: only now the database says that those dead letters are not to be delivered any more. */
  stored({ redriven }: Changes): void {
    for (const letter of redriven) this.redriving.delete(letter);
  }

  /** No more events are wanted; what was told is still stored. */
  stopFetching(): void {
    this.isEnding = true;
    this.deliver([]);
  }

  /** It is no longer ours. */
  lose(): void {
    if (this.isLost) return;
    this.isLost = true;
    this.isEnding = true;
    this.deliver([]);
    for (const { reject } of this.flushes.splice(0)) reject(new StaleLease());
  }

  private noteAttempt({ event }: Delivery, attempt: Attempt): void {
    if (this.isLost) return;
    this.attempts.set(event.offset, attempt);
    this.changes.attempts.set(event.offset, attempt);
    this.changes.over.delete(event.offset);
    this.changed();
  }

  private changed(): void {
    this.isDirty = true;
    this.surroundings.onChange();
  }

  private deliver(deliveries: readonly Delivery[]): void {
    const { want } = this;
    this.want = undefined;
    want?.resolve(deliveries);
  }

  private readonly toDelivery = (event: StoredEvent): Delivery => {
    const attempt = this.attempts.get(event.offset);
    return {
      event,
      attempts: attempt?.attempts ?? 0,
      handler: attempt?.handler,
      isSuspect: event.offset < this.begunTo,
      deadLetter: undefined,
    };
  };
}

function noChanges(): Changes {
  return {
    attempts: new Map(),
    over: new Set(),
    letters: new Map(),
    doneLetters: new Set(),
    redriven: new Set(),
    records: new Map(),
  };
}
