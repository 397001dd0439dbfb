/**
 * The events of one partition that were read and are not settled, by key. Events of one key are a *lane*: the first of
 * it is being handled or waits for its next attempt, the others wait for the first.
 *
 * No more is read when too many wait, or when the first that is not settled lies too far back.
 */
import type { Delivery, Handled, Lease } from "../groups.ts";

/** So many events wait at most, */
const MAX_WAITING = 500;
/** in about so many bytes, */
const MAX_WAITING_CHARS = 8_000_000;
/** and the last one that was read is so many offsets behind the first that is not settled. */
const MAX_SPAN = 5000;
/** What is asked for before it is known how large events are. */
const FIRST_LIMIT = 50;

/** An event on its way through its handlers. */
export interface Work {
  readonly delivery: Delivery;
  readonly records: Handled[];
  /** Which handler is next. */
  index: number;
  /** How often that was tried. */
  attempts: number;
  /** What its lease knows of both. */
  known: { readonly index: number; readonly attempts: number };
}

export interface Lane {
  readonly lanes: PartitionLanes;
  readonly key: string;
  readonly queue: Work[];
}

export interface LanesSurroundings {
  readonly toWork: (delivery: Delivery) => Work;
  /** The first event of a lane can be handled. */
  readonly onReady: (lane: Lane) => void;
}

export class PartitionLanes {
  readonly lease: Lease;
  /** Nothing of it is to be begun any more. */
  isStopped = false;
  private readonly surroundings: LanesSurroundings;
  private readonly byKey = new Map<string, Lane>();
  /** Offsets that are not settled, in the order in which they were read; without those of dead letters. */
  private readonly open = new Set<number>();
  private waiting = 0;
  private waitingChars = 0;
  private lastRead = -1;
  private averageChars: number | undefined = undefined;
  private onRoom: () => void = () => undefined;
  private running = 0;
  private onIdle: () => void = () => undefined;
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(lease: Lease, surroundings: LanesSurroundings) {
    this.lease = lease;
    this.surroundings = surroundings;
  }

  /** Whether events may be begun. */
  get isGoing(): boolean {
    return !this.isStopped && this.lease.isHeld;
  }

  /** Reads until the lease ends. */
  async readAll(): Promise<void> {
    while (!this.isStopped) {
      if (this.room === 0) await new Promise<void>((resolve) => (this.onRoom = resolve));
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it was waited
      if (this.isStopped) return;
      const deliveries = await this.lease.next(this.room);
      if (deliveries.length === 0) return;
      for (const delivery of deliveries) this.accept(delivery);
    }
  }

  /** Resolves when nothing of it runs. */
  async stop(): Promise<void> {
    this.isStopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.onRoom();
    if (this.running > 0) await new Promise<void>((resolve) => (this.onIdle = resolve));
  }

  began(): void {
    this.running++;
  }

  ended(): void {
    if (--this.running === 0) this.onIdle();
  }

  /** The first event of a lane is settled. */
  settled(lane: Lane): void {
    const work = lane.queue.shift();
    if (work === undefined) return;
    const { event, deadLetter } = work.delivery;
    if (deadLetter === undefined) this.open.delete(event.offset);
    this.waiting--;
    this.waitingChars -= event.value.length;
    if (this.room > 0) this.onRoom();
    if (lane.queue.length === 0) this.byKey.delete(lane.key);
    else this.surroundings.onReady(lane);
  }

  /** The first event of a lane is to be handled after some time. */
  later(lane: Lane, delayMs: number): void {
    if (this.isStopped) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.surroundings.onReady(lane);
    }, delayMs);
    this.timers.add(timer);
  }

  private get room(): number {
    if (this.averageChars === undefined) return FIRST_LIMIT;
    const [first] = this.open;
    if (first !== undefined && this.lastRead - first >= MAX_SPAN) return 0;
    const left = Math.min(
      MAX_WAITING - this.waiting,
      Math.floor((MAX_WAITING_CHARS - this.waitingChars) / this.averageChars),
    );
    // For one, however large, when none is left;
    if (this.waiting === 0) return Math.max(1, left);
    // but not for every single one that is settled.
    const most = Math.min(MAX_WAITING, MAX_WAITING_CHARS / this.averageChars);
    return left >= most / 4 ? left : 0;
  }

  private accept(delivery: Delivery): void {
    const { event } = delivery;
    const { offset, value, key } = event;
    this.waiting++;
    this.waitingChars += value.length;
    this.averageChars = Math.max(1, (this.averageChars ?? value.length) * 0.9 + value.length * 0.1);
    if (delivery.deadLetter === undefined) {
      this.open.add(offset);
      this.lastRead = offset;
    }
    const work = this.surroundings.toWork(delivery);
    const lane = this.byKey.get(key);
    if (lane !== undefined) {
      lane.queue.push(work);
      return;
    }
    const fresh = { lanes: this, key, queue: [work] };
    this.byKey.set(key, fresh);
    this.surroundings.onReady(fresh);
  }
}
