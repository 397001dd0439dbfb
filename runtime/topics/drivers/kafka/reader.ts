/** Reads what is stored, once: by fetch requests from an offset on, up to where the partition ended when it was asked. */
import type { PartitionInfo, StoredEvent } from "../../storage.ts";
import { isKind, type FetchOptions, type KafkaClient, type StoredRecord } from "./client.ts";
import { toEvent } from "./records.ts";
import { retrying } from "./retry.ts";

/** There is something, so it doesn't take that long. */
const MAX_WAIT_MS = 1000;
const FETCH: FetchOptions = {
  maxWaitMs: MAX_WAIT_MS,
  maxBytes: 8_000_000,
  maxBytesPerPartition: 1_000_000,
};

export interface RangeOptions {
  /** Offsets: from this one */
  readonly from: number;
  /** up to before this one. */
  readonly to: number;
  readonly limit: number;
}

export interface PartitionRange {
  readonly start: number;
  readonly end: number;
}

export class KafkaReader {
  private readonly client: KafkaClient;

  constructor(client: KafkaClient) {
    this.client = client;
  }

  /** By partition. */
  async ranges(topic: string): Promise<readonly PartitionRange[]> {
    const [starts, ends] = await Promise.all([
      retrying(() => this.client.listOffsets(topic, "start")),
      retrying(() => this.client.listOffsets(topic, "end")),
    ]);
    return Array.from(ends, (end = 0, partition) => ({ start: starts[partition] ?? 0, end }));
  }

  /** Of one partition, in the order of their offsets. */
  async read(topic: string, partition: number, options: RangeOptions): Promise<StoredRecord[]> {
    const range = (await this.ranges(topic))[partition];
    return range === undefined ? [] : this.readWithin(topic, partition, range, options);
  }

  async readWithin(
    topic: string,
    partition: number,
    range: PartitionRange,
    { from, to, limit }: RangeOptions,
  ): Promise<StoredRecord[]> {
    const end = Math.min(range.end, to);
    const records: StoredRecord[] = [];
    let offset = Math.max(range.start, from);
    while (offset < end && records.length < limit) {
      const fetched = await this.fetch(topic, partition, offset);
      // What is left takes up offsets and is no record.
      if (fetched.nextOffset <= offset) break;
      offset = fetched.nextOffset;
      for (const record of fetched.records) {
        if (record.offset < end && records.length < limit) records.push(record);
      }
    }
    return records;
  }

  /** Events of several partitions, by offset; of equal ones, by partition. */
  async readMerged(
    topic: string,
    name: string,
    options: RangeOptions & { readonly partition: number | undefined },
  ): Promise<readonly StoredEvent[]> {
    const ranges = await this.ranges(topic);
    const lists = await Promise.all(
      ranges.map(async (range, partition) => {
        if ((options.partition ?? partition) !== partition) return [];
        const records = await this.readWithin(topic, partition, range, options);
        return records.map((record) => toEvent(name, partition, record));
      }),
    );
    return lists
      .flat()
      .sort((left, right) => left.offset - right.offset || left.partition - right.partition)
      .slice(0, options.limit);
  }

  async describe(topic: string): Promise<readonly PartitionInfo[]> {
    const ranges = await this.ranges(topic);
    return Promise.all(
      ranges.map(async (range, partition) => {
        const last = await this.last(topic, partition, range);
        return { partition, ...range, lastMs: last?.timestampMs };
      }),
    );
  }

  /** The last offsets may be those of no record: looks farther back each time. */
  private async last(
    topic: string,
    partition: number,
    range: PartitionRange,
  ): Promise<StoredRecord | undefined> {
    for (let back = 1; range.end - back / 10 > range.start; back *= 10) {
      const from = Math.max(range.start, range.end - back);
      const options = { from, to: range.end, limit: Infinity };
      const found = (await this.readWithin(topic, partition, range, options)).at(-1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private async fetch(topic: string, partition: number, offset: number) {
    return retrying(async () => {
      const leader = (await this.client.leaders(topic))[partition];
      if (leader === undefined) return { records: [], nextOffset: offset };
      try {
        const [fetched] = await this.client.fetch(leader, [{ topic, partition, offset }], FETCH);
        return fetched ?? { records: [], nextOffset: offset };
      } catch (error) {
        // Deleted meanwhile.
        if (isKind(error, "outOfRange")) return { records: [], nextOffset: offset };
        throw error;
      }
    });
  }
}
