/** A log that ends with the process, for quick tests. */
import { StaleLease } from "../../groups.ts";
import { partitionOf } from "../../partition.ts";
import {
  checkStorable,
  DEFAULT_PARTITIONS,
  type AppendOptions,
  type LogStorage,
  type NewEvent,
  type PartitionInfo,
  type ReadOptions,
  type StoredEvent,
  type TopicInfo,
  type TopicSettings,
} from "../../storage.ts";
import { TopicLookup } from "../topicLookup.ts";
import { MemoryGroups } from "./memoryGroups.ts";

interface Topic extends TopicInfo {
  readonly events: readonly StoredEvent[][];
  readonly idempotencyKeys: Set<string>;
}

export class MemoryLog extends TopicLookup<Topic> implements LogStorage {
  readonly groups: MemoryGroups;
  private readonly now: () => number;

  constructor(topics: readonly TopicSettings[], now: () => number = Date.now) {
    super(topics.map(openTopic));
    this.now = now;
    this.groups = new MemoryGroups((name) => this.find(name).events, now);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is a rejection
  async append(
    name: string,
    events: readonly NewEvent[],
    { headers = {}, idempotencyKey, fence }: AppendOptions = {},
  ): Promise<void> {
    const topic = this.find(name);
    events.forEach(checkStorable);
    if (fence !== undefined && !this.groups.holds(fence)) throw new StaleLease();
    if (idempotencyKey !== undefined) {
      if (topic.idempotencyKeys.has(idempotencyKey)) return;
      topic.idempotencyKeys.add(idempotencyKey);
    }
    for (const { key, value, headers: own } of events) {
      const partition = partitionOf(key, topic.partitions);
      const stored = topic.events[partition] as StoredEvent[];
      // The clock may have been set back.
      const timestampMs = Math.max(this.now(), stored.at(-1)?.timestampMs ?? 0);
      stored.push({
        topic: name,
        partition,
        offset: stored.length,
        key,
        value,
        headers: { ...headers, ...own },
        timestampMs,
      });
    }
    this.groups.wake(name);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is a rejection
  async read(name: string, options: ReadOptions): Promise<readonly StoredEvent[]> {
    const topic = this.find(name);
    const { from = 0, to = Infinity, key, limit } = options;
    const partition =
      options.partition ?? (key === undefined ? undefined : partitionOf(key, topic.partitions));
    const partitions = partition === undefined ? topic.events : [topic.events[partition] ?? []];
    return partitions
      .flatMap((events) =>
        events.slice(from, to).filter((event) => key === undefined || event.key === key),
      )
      .sort((left, right) => left.offset - right.offset || left.partition - right.partition)
      .slice(0, limit);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is a rejection
  async latest(name: string, key: string): Promise<StoredEvent | undefined> {
    const topic = this.find(name);
    return topic.events[partitionOf(key, topic.partitions)]?.findLast((event) => event.key === key);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is a rejection
  async partitions(name: string): Promise<readonly PartitionInfo[]> {
    return this.find(name).events.map((events, partition) => ({
      partition,
      start: 0,
      end: events.length,
      lastMs: events.at(-1)?.timestampMs,
    }));
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is a rejection
  async offsetsAt(name: string, timestampMs: number): Promise<readonly number[]> {
    return this.find(name).events.map((events) => {
      const offset = events.findIndex((event) => event.timestampMs >= timestampMs);
      return offset === -1 ? events.length : offset;
    });
  }

  close(): Promise<void> {
    this.groups.close();
    return Promise.resolve();
  }
}

function openTopic({ name, partitions = DEFAULT_PARTITIONS }: TopicSettings): Topic {
  const events = Array.from({ length: partitions }, () => []);
  return { name, partitions, events, idempotencyKeys: new Set() };
}
