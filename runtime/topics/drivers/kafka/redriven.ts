/**
 * The dead letters of one partition that its owner is to deliver again: it follows the topic of dead letters. What is
 * there from before is read to the end first, since marks behind may say that a letter was settled after all.
 */
import type { DeadLetter, Delivery } from "../../groups.ts";
import type { Fetched } from "./client.ts";
import type { FetchSource } from "./fetcher.ts";
import { readMark, type LetterPlace, type StoredMark } from "./letterRecords.ts";
import type { Attempt } from "./savedState.ts";

export interface RedrivenOptions {
  readonly group: string;
  /** spacer's name. */
  readonly name: string;
  /** Kafka's, of the topic with the letters. */
  readonly topic: string;
  /** Of the topic with the letters, */
  readonly partition: number;
  /** and of the events. */
  readonly eventPartition: number;
  readonly from: number;
  /** Where the partition ended when it was leased. */
  readonly end: number;
  readonly attempts: ReadonlyMap<number, Attempt>;
  readonly load: (place: LetterPlace) => Promise<DeadLetter | undefined>;
  /** There is something to take. */
  readonly onReady: () => void;
  readonly onProblem: (error: unknown) => void;
}

interface Open {
  /** Of the mark that says so. */
  readonly mark: number;
  /** The function that failed last. */
  readonly handler: string;
  /** `undefined` until it is loaded. */
  letter: DeadLetter | undefined;
  isDelivered: boolean;
  /** It is stored what became of it. */
  isOver: boolean;
  /** Then it was to be delivered once more. */
  next: Open | undefined;
}

export class Redriven implements FetchSource {
  readonly topic: string;
  readonly partition: number;
  readonly attempts: Map<number, Attempt>;
  position: number;
  private readonly options: RedrivenOptions;
  /** By offset of the letter. */
  private readonly open = new Map<number, Open>();
  private isLoading = false;

  constructor(options: RedrivenOptions) {
    this.options = options;
    this.topic = options.topic;
    this.partition = options.partition;
    this.position = options.from;
    this.attempts = new Map(options.attempts);
  }

  get isHungry(): boolean {
    return !this.isLoading;
  }

  /** Where the next owner begins to read. */
  get from(): number {
    return [...this.open.values()].reduce(
      (least, { mark }) => Math.min(least, mark),
      this.position,
    );
  }

  /** Those that were not delivered yet. */
  take(limit: number): Delivery[] {
    const deliveries: Delivery[] = [];
    for (const [offset, open] of this.open) {
      if (deliveries.length === limit) break;
      if (open.isDelivered || open.letter === undefined) continue;
      open.isDelivered = true;
      const { event, id } = open.letter;
      const attempt = this.attempts.get(offset);
      deliveries.push({
        event,
        attempts: attempt?.attempts ?? 0,
        handler: attempt?.handler ?? open.handler,
        // Nobody else is held up by it, and it may be deadly.
        isSuspect: true,
        deadLetter: id,
      });
    }
    return deliveries;
  }

  /** The letter that was delivered. */
  letter(offset: number): DeadLetter | undefined {
    return this.open.get(offset)?.letter;
  }

  /** It is settled, or a dead letter as before, and the mark that says so is stored. */
  done(offset: number): void {
    const next = this.open.get(offset)?.next;
    this.open.delete(offset);
    this.attempts.delete(offset);
    if (next === undefined) return;
    this.open.set(offset, next);
    void this.load();
  }

  fetched({ records, nextOffset }: Fetched): void {
    for (const record of records) {
      const mark = readMark(record);
      if (mark?.group !== this.options.group) continue;
      if (mark.partition === this.options.eventPartition) this.follow(mark, record.offset);
    }
    this.position = nextOffset;
    if (this.position >= this.options.end) void this.load();
  }

  outOfRange(start: number): void {
    this.position = start;
  }

  private follow({ mark, letter, failure }: StoredMark, offset: number): void {
    const open = this.open.get(letter);
    if (mark !== "redriven") {
      // One that is being handled is done with when its own mark is stored.
      if (open?.isDelivered === true) open.isOver = true;
      else this.done(letter);
      return;
    }
    const next: Open = {
      mark: offset,
      handler: failure.handler,
      letter: undefined,
      isDelivered: false,
      isOver: false,
      next: undefined,
    };
    if (open === undefined) this.open.set(letter, next);
    else if (open.isOver) open.next = next;
  }

  private async load(): Promise<void> {
    if (this.isLoading) return;
    this.isLoading = true;
    const { name, partition, load, onReady, onProblem } = this.options;
    for (const [offset, open] of [...this.open]) {
      if (open.letter !== undefined) continue;
      try {
        open.letter = await load({ topic: name, partition, offset });
        // It is older than what Kafka keeps.
        if (open.letter === undefined) this.done(offset);
      } catch (error) {
        // The next fetch comes back to it.
        onProblem(error);
      }
    }
    this.isLoading = false;
    onReady();
  }
}
