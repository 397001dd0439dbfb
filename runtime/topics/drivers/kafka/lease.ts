/**
 * A partition that this process has. What it is told is kept here until it is committed, together with what other leases
 * are told (committer.ts).
 *
 * Before events are handed out it is committed how far (`begunTo`): if the process dies, its successor knows which may
 * be the cause. That is done for many at once, so it costs no waiting but when events come in great numbers.
 */
import {
  StaleLease,
  type Delivery,
  type FailedAttempt,
  type Lease,
  type Settlement,
} from "../../groups.ts";
import { Progress } from "../../progress.ts";
import type { StoredEvent } from "../../storage.ts";
import type { CommittedOffset, Fetched } from "./client.ts";
import type { FetchSource } from "./fetcher.ts";
import { readId } from "./letterRecords.ts";
import { toEvent } from "./records.ts";
import type { Redriven } from "./redriven.ts";
import { encodeState, type Attempt, type SavedState } from "./savedState.ts";

/** So far ahead of what was handed out. */
const AHEAD = 500;
/** So many events wait to be handed out, and what one more request brings. */
const MAX_BUFFERED = 500;
const MAX_BUFFERED_CHARS = 2_000_000;

export interface LeaseSurroundings {
  /** Whether the member is one, for all that is known. */
  readonly isMember: () => boolean;
  /** There is something to commit. */
  readonly onChange: (lease: KafkaLease, isUrgent: boolean) => void;
  /** Events are wanted. */
  readonly onWant: () => void;
  /** Stores a dead letter, or a mark. Tries until it went through, or `isHeld` is false. */
  readonly storeLetter: (lease: KafkaLease, letter: LetterToStore) => Promise<void>;
}

export interface LetterToStore {
  readonly event: StoredEvent;
  readonly failure: FailedAttempt | undefined;
  /** The dead letter that it was already. */
  readonly known: string | undefined;
}

export interface TakenChanges {
  readonly offset: CommittedOffset;
  /** Whoever waits for it. */
  readonly flushes: readonly Flush[];
  /** It was stored. */
  readonly onStored: () => void;
}

interface Flush {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class KafkaLease implements Lease {
  readonly topic: string;
  readonly partition: number;
  readonly fence = undefined;
  /** What is fetched for it, under Kafka's name of the topic. */
  readonly source: FetchSource;
  readonly redriven: Redriven | undefined;
  private position: number;
  private readonly surroundings: LeaseSurroundings;
  private progress: Progress;
  private readonly attempts: Map<number, Attempt>;
  /** That of a predecessor. */
  private readonly suspectTo: number;
  /** That which is committed. */
  private begunTo: number;
  private buffer: StoredEvent[] = [];
  private bufferedChars = 0;
  private deliveredTo: number;
  private isEnding = false;
  private isReleased = false;
  private isLost = false;
  private isDirty = true;
  private waiting: (() => void)[] = [];
  private flushes: Flush[] = [];
  private readonly lettersOnTheirWay = new Set<Promise<void>>();

  constructor(
    place: { readonly name: string; readonly stored: string; readonly partition: number },
    state: SavedState,
    surroundings: LeaseSurroundings,
    redriven: ((onReady: () => void) => Redriven) | undefined,
  ) {
    this.topic = place.name;
    this.partition = place.partition;
    this.surroundings = surroundings;
    this.progress = new Progress(state.committed, state.settled);
    this.attempts = new Map(state.attempts);
    this.suspectTo = state.begunTo ?? 0;
    this.begunTo = 0;
    this.position = this.progress.committed;
    this.deliveredTo = this.position;
    this.redriven = redriven?.(() => {
      this.wake();
      surroundings.onWant();
    });
    this.source = this.toSource(place.stored);
  }

  get isHeld(): boolean {
    return !this.isLost && this.surroundings.isMember();
  }

  private get isHungry(): boolean {
    return (
      !this.isEnding &&
      this.isHeld &&
      this.buffer.length < MAX_BUFFERED &&
      this.bufferedChars < MAX_BUFFERED_CHARS
    );
  }

  async next(limit: number): Promise<readonly Delivery[]> {
    while (!this.isEnding && this.isHeld) {
      const letters = this.redriven?.take(limit) ?? [];
      if (letters.length > 0) return letters;
      const deliveries = this.take(limit);
      if (deliveries.length > 0) return deliveries;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    return [];
  }

  begin(delivery: Delivery, attempt: number, handler: string): Promise<void> {
    this.note(delivery, { handler, attempts: attempt });
    return this.flush();
  }

  settle({ event, deadLetter }: Delivery, { failure }: Settlement): void {
    if (this.isLost) return;
    const letter = deadLetter === undefined ? undefined : readId(deadLetter)?.offset;
    const settled = (): void => {
      if (letter !== undefined) this.redriven?.done(letter);
      else {
        this.attempts.delete(event.offset);
        this.progress.settle(event.offset);
      }
      this.changed(false);
    };
    if (failure === undefined && deadLetter === undefined) {
      settled();
      return;
    }
    const stored = this.surroundings
      .storeLetter(this, { event, failure, known: deadLetter })
      .then(settled, () => undefined)
      .finally(() => this.lettersOnTheirWay.delete(stored));
    this.lettersOnTheirWay.add(stored);
  }

  fail(delivery: Delivery, { handler, attempts }: FailedAttempt): void {
    this.note(delivery, { handler, attempts });
  }

  async flush(): Promise<void> {
    await Promise.all(this.lettersOnTheirWay);
    if (!this.isHeld) throw new StaleLease();
    await new Promise<void>((resolve, reject) => {
      this.flushes.push({ resolve, reject });
      this.changed(true);
    });
  }

  /** What is to be committed; `undefined` when there is nothing. */
  takeChanges(): TakenChanges | undefined {
    if (!this.isDirty || this.isLost) return undefined;
    this.isDirty = false;
    const { flushes, partition, progress } = this;
    this.flushes = [];
    const { committed } = progress;
    // What a predecessor may have died of, and nobody tried since, stays suspect.
    const begunTo = Math.max(this.suspectTo, this.isReleased ? 0 : this.deliveredTo + AHEAD);
    const metadata = encodeState({
      committed,
      settled: progress.ranges,
      begunTo,
      attempts: this.attempts,
      lettersFrom: this.redriven?.from,
      letterAttempts: this.redriven?.attempts ?? new Map<number, Attempt>(),
    });
    return {
      offset: { topic: this.source.topic, partition, offset: committed, metadata },
      flushes,
      onStored: () => {
        this.begunTo = begunTo;
        this.wake();
        for (const { resolve } of flushes) resolve();
      },
    };
  }

  /** The commit didn't go through: the next one says it. */
  giveBackChanges({ flushes }: TakenChanges): void {
    if (this.isLost) for (const { reject } of flushes) reject(new StaleLease());
    else {
      this.flushes.unshift(...flushes);
      this.changed(true);
    }
  }

  /** Hands out nothing more; what it is told is still committed. */
  stopDelivering(): void {
    this.isEnding = true;
    this.wake();
  }

  /** Nothing of it runs any more: what is committed from now on leaves no suspicion. */
  release(): Promise<void> {
    this.isReleased = true;
    return this.flush();
  }

  /** It is no longer ours. */
  lose(): void {
    if (this.isLost) return;
    this.isLost = true;
    this.isEnding = true;
    this.wake();
    for (const { reject } of this.flushes.splice(0)) reject(new StaleLease());
  }

  private fetched({ records, nextOffset }: Fetched): void {
    for (const record of records) {
      // It was on its way when the position changed.
      if (record.offset < this.position) continue;
      this.skipTo(record.offset);
      this.position = record.offset + 1;
      if (this.progress.has(record.offset)) continue;
      const event = toEvent(this.topic, this.partition, record);
      this.buffer.push(event);
      this.bufferedChars += event.value.length;
    }
    this.skipTo(nextOffset);
    this.wake();
  }

  private outOfRange(start: number, end: number): void {
    if (this.position < start) this.skipTo(start);
    else if (this.position > end) {
      // The topic is another one.
      this.progress = new Progress(start);
      this.position = start;
    }
    this.changed(false);
  }

  private take(limit: number): Delivery[] {
    const deliveries: Delivery[] = [];
    for (const event of this.buffer) {
      if (deliveries.length === limit || event.offset >= this.begunTo) break;
      this.deliveredTo = event.offset + 1;
      this.bufferedChars -= event.value.length;
      const attempt = this.attempts.get(event.offset);
      deliveries.push({
        event,
        attempts: attempt?.attempts ?? 0,
        handler: attempt?.handler,
        isSuspect: event.offset < this.suspectTo,
        deadLetter: undefined,
      });
    }
    if (deliveries.length === 0 && this.buffer.length > 0) {
      this.deliveredTo = Math.max(this.deliveredTo, (this.buffer[0] as StoredEvent).offset);
      this.changed(true);
    }
    this.buffer.splice(0, deliveries.length);
    if (deliveries.length > 0) this.surroundings.onWant();
    return deliveries;
  }

  private note({ event, deadLetter }: Delivery, attempt: Attempt): void {
    if (this.isLost) return;
    const letter = deadLetter === undefined ? undefined : readId(deadLetter)?.offset;
    if (letter === undefined) this.attempts.set(event.offset, attempt);
    else this.redriven?.attempts.set(letter, attempt);
    this.changed(false);
  }

  /** No event has one of the offsets from the position on up to before this one. */
  private skipTo(offset: number): void {
    const { position, progress } = this;
    if (offset <= position) return;
    if (offset === position + 1) progress.settle(position);
    else {
      const ranges = [...progress.ranges, [position, offset] as const];
      ranges.sort(([left], [right]) => left - right);
      this.progress = new Progress(progress.committed, ranges);
    }
    this.position = offset;
    this.changed(false);
  }

  private changed(isUrgent: boolean): void {
    this.isDirty = true;
    if (!this.isLost) this.surroundings.onChange(this, isUrgent);
  }

  private wake(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }

  private toSource(topic: string): FetchSource {
    const position = (): number => this.position;
    const isHungry = (): boolean => this.isHungry;
    return {
      topic,
      partition: this.partition,
      get position() {
        return position();
      },
      get isHungry() {
        return isHungry();
      },
      fetched: (fetched) => this.fetched(fetched),
      outOfRange: (start, end) => this.outOfRange(start, end),
    };
  }
}
