/**
 * Goes through what a topic has once more, outside of any group: what is of one key in its order, of many keys at the
 * same time. It is read in pages, no faster than it is handled.
 */
import { Breather } from "./dispatcher/turns.ts";

export interface ReplayOptions<Item> {
  /** Of each partition its events, or whatever is known of them, in pages. All of one key are in the same one. */
  readonly partitions: readonly AsyncIterable<readonly Item[]>[];
  readonly keyOf: (item: Item) => string;
  /** So many keys at the same time. */
  readonly concurrency: number;
  readonly handle: (item: Item) => Promise<void>;
  /** Once it is aborted nothing more is begun. */
  readonly signal: AbortSignal;
}

/**
 * Resolves when all is handled or, aborted, all that was begun. What `handle` or a partition throws ends the replay in
 * the same way, and is thrown.
 */
export async function replay<Item>(options: ReplayOptions<Item>): Promise<void> {
  await new Replay(options).run();
}

interface Partition {
  /** How many were read and are not handled. */
  open: number;
  onChange: () => void;
}

interface Lane<Item> {
  readonly key: string;
  readonly partition: Partition;
  /** Not empty; the first one is being handled, or can be. */
  readonly queue: Item[];
}

class Replay<Item> {
  private readonly options: ReplayOptions<Item>;
  private readonly breather = new Breather();
  private readonly partitions: Partition[] = [];
  private readonly lanes = new Map<string, Lane<Item>>();
  /** Their turns come in this order. */
  private readonly ready: Lane<Item>[] = [];
  private running = 0;
  private onIdle: () => void = () => undefined;
  private failure: { readonly thrown: unknown } | undefined = undefined;

  constructor(options: ReplayOptions<Item>) {
    this.options = options;
  }

  async run(): Promise<void> {
    const { signal, partitions } = this.options;
    signal.addEventListener("abort", this.tellAll);
    try {
      await Promise.all(partitions.map((pages) => this.feed(pages)));
      if (this.running > 0) await new Promise<void>((resolve) => (this.onIdle = resolve));
    } finally {
      signal.removeEventListener("abort", this.tellAll);
    }
    if (this.failure !== undefined) throw this.failure.thrown;
  }

  private get isStopped(): boolean {
    return this.options.signal.aborted || this.failure !== undefined;
  }

  /** Resolves when all of a partition is handled, or nothing more is to be. */
  private async feed(pages: AsyncIterable<readonly Item[]>): Promise<void> {
    const partition: Partition = { open: 0, onChange: () => undefined };
    this.partitions.push(partition);
    try {
      for await (const page of pages) {
        for (const item of page) this.add(partition, item);
        this.runReady();
        // About one page waits while the next one is read, even if a slow key holds back some of it.
        await this.untilOpen(partition, page.length);
        if (this.isStopped) return;
      }
      await this.untilOpen(partition, 0);
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  private async untilOpen(partition: Partition, most: number): Promise<void> {
    while (partition.open > most && !this.isStopped) {
      await new Promise<void>((resolve) => (partition.onChange = resolve));
    }
  }

  private add(partition: Partition, item: Item): void {
    partition.open++;
    const key = this.options.keyOf(item);
    const lane = this.lanes.get(key);
    if (lane !== undefined) {
      lane.queue.push(item);
      return;
    }
    const fresh = { key, partition, queue: [item] };
    this.lanes.set(key, fresh);
    this.ready.push(fresh);
  }

  private runReady(): void {
    while (this.running < this.options.concurrency && !this.isStopped) {
      const lane = this.ready.shift();
      if (lane === undefined) return;
      this.running++;
      void this.runFirst(lane);
    }
  }

  private async runFirst(lane: Lane<Item>): Promise<void> {
    try {
      await this.breather.breathe();
      if (!this.isStopped) await this.options.handle(lane.queue[0] as Item);
    } catch (thrown) {
      this.fail(thrown);
    }
    this.running--;
    lane.queue.shift();
    if (lane.queue.length === 0) this.lanes.delete(lane.key);
    else this.ready.push(lane);
    this.runReady();
    lane.partition.open--;
    lane.partition.onChange();
    if (this.running === 0) this.onIdle();
  }

  private fail(thrown: unknown): void {
    this.failure ??= { thrown };
    this.tellAll();
  }

  private readonly tellAll = (): void => {
    for (const { onChange } of this.partitions) onChange();
  };
}
