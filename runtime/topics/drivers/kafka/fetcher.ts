/**
 * Fetches what the partitions of a member want: one request at a time for each broker, about all of its partitions that
 * have room. A request waits at the broker until there is something, so it also tells of new events.
 */
import { isKind, type FetchOptions, type KafkaClient } from "./client.ts";
import type { Fetched } from "./client.ts";
import { BackOff } from "./retry.ts";

export interface FetchSource {
  /** Kafka's name. */
  readonly topic: string;
  readonly partition: number;
  readonly position: number;
  /** Whether it has room. */
  readonly isHungry: boolean;
  fetched(fetched: Fetched): void;
  /** There is nothing at its position: what the partition has is from `start` to before `end`. */
  outOfRange(start: number, end: number): void;
}

export interface FetcherOptions {
  readonly client: KafkaClient;
  readonly maxWaitMs: number;
  readonly onProblem: (error: unknown) => void;
}

export class Fetcher {
  private readonly options: FetcherOptions;
  private readonly sources = new Set<FetchSource>();
  /** By number of the broker. */
  private readonly running = new Map<number, Promise<void>>();
  private looking: Promise<void> | undefined = undefined;
  private isLookDue = false;
  private isStopped = false;

  constructor(options: FetcherOptions) {
    this.options = options;
  }

  add(source: FetchSource): void {
    this.sources.add(source);
    this.wake();
  }

  delete(source: FetchSource): void {
    this.sources.delete(source);
  }

  /** Some source may want something. */
  wake(): void {
    this.isLookDue = true;
    this.looking ??= this.look();
  }

  /** Resolves when no request is on its way any more: after `maxWaitMs` at most. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.looking;
    await Promise.all(this.running.values());
  }

  private async look(): Promise<void> {
    const backOff = new BackOff();
    while (this.isLookDue && !this.isStopped) {
      this.isLookDue = false;
      try {
        for (const broker of (await this.hungry()).keys()) this.start(broker);
      } catch (error) {
        this.options.onProblem(error);
        this.isLookDue = true;
        await backOff.wait();
      }
    }
    this.looking = undefined;
  }

  private start(broker: number): void {
    if (this.running.has(broker) || this.isStopped) return;
    this.running.set(
      broker,
      this.run(broker).finally(() => {
        this.running.delete(broker);
        // A source may have become hungry when the loop had already seen that none is.
        if (!this.isStopped) this.wakeIfHungry();
      }),
    );
  }

  private wakeIfHungry(): void {
    if ([...this.sources].some(({ isHungry }) => isHungry)) this.wake();
  }

  private async run(broker: number): Promise<void> {
    const backOff = new BackOff();
    while (!this.isStopped) {
      try {
        const sources = (await this.hungry()).get(broker);
        if (sources === undefined) return;
        await this.fetch(broker, sources);
        backOff.reset();
      } catch (error) {
        if (!isKind(error, "again")) this.options.onProblem(error);
        await backOff.wait();
      }
    }
  }

  /** By broker that has their partition. */
  private async hungry(): Promise<ReadonlyMap<number, readonly FetchSource[]>> {
    const byBroker = new Map<number, FetchSource[]>();
    for (const source of this.sources) {
      if (!source.isHungry) continue;
      const leader = (await this.options.client.leaders(source.topic))[source.partition] ?? -1;
      if (leader < 0) continue;
      const own = byBroker.get(leader);
      if (own === undefined) byBroker.set(leader, [source]);
      else own.push(source);
    }
    return byBroker;
  }

  private async fetch(broker: number, sources: readonly FetchSource[]): Promise<void> {
    const { client, maxWaitMs } = this.options;
    const positions = sources.map(({ topic, partition, position }) => ({
      topic,
      partition,
      offset: position,
    }));
    try {
      const all = await client.fetch(broker, positions, { ...FETCH, maxWaitMs });
      for (const fetched of all) {
        const source = sources.find(
          ({ topic, partition }) => topic === fetched.topic && partition === fetched.partition,
        );
        if (source !== undefined && this.sources.has(source)) source.fetched(fetched);
      }
    } catch (error) {
      if (!isKind(error, "outOfRange")) throw error;
      await this.findOutOfRange(sources);
    }
  }

  /** The answer doesn't say whose position it was. */
  private async findOutOfRange(sources: readonly FetchSource[]): Promise<void> {
    const { client } = this.options;
    for (const topic of new Set(sources.map((source) => source.topic))) {
      const starts = await client.listOffsets(topic, "start");
      const ends = await client.listOffsets(topic, "end");
      for (const source of sources) {
        const start = starts[source.partition] ?? 0;
        const end = ends[source.partition] ?? start;
        const isOut = source.position < start || source.position > end;
        if (source.topic === topic && isOut && this.sources.has(source)) {
          source.outOfRange(start, end);
        }
      }
    }
  }
}

const FETCH: Omit<FetchOptions, "maxWaitMs"> = {
  maxBytes: 4_000_000,
  maxBytesPerPartition: 256_000,
};
