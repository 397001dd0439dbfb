/**
 * A log that remembers in which order events were appended. The log itself only numbers those of each partition; a test
 * wants to see all of them as they came.
 */
import {
  partitionOf,
  type AppendOptions,
  type LogStorage,
  type NewEvent,
  type StoredEvent,
} from "../../../runtime/topics/index.ts";

/** So many events are read at a time. */
const PAGE = 10_000;

export class RecordedLog {
  readonly storage: LogStorage;
  private readonly log: LogStorage;
  /** Of each topic, the keys of its events in the order in which they were appended. */
  private readonly keys = new Map<string, string[]>();

  constructor(log: LogStorage) {
    this.log = log;
    this.storage = {
      topic: (name) => log.topic(name),
      topics: () => log.topics(),
      append: (topic, events, options) => this.append(topic, events, options),
      read: (topic, options) => log.read(topic, options),
      latest: (topic, key) => log.latest(topic, key),
      partitions: (topic) => log.partitions(topic),
      offsetsAt: (topic, timestampMs) => log.offsetsAt(topic, timestampMs),
      groups: log.groups,
      close: () => log.close(),
    };
  }

  /** In the order in which they were appended. @throws LogError */
  async events(topic: string): Promise<readonly StoredEvent[]> {
    const { partitions } = this.log.topic(topic) ?? { partitions: 0 };
    const queues = await Promise.all(
      Array.from({ length: partitions }, (_, partition) => this.readAll(topic, partition)),
    );
    const events: StoredEvent[] = [];
    for (const key of this.keys.get(topic) ?? []) {
      const queue = queues[partitionOf(key, partitions)];
      // Of a call that had no effect, as another one had its idempotency key, there is none.
      if (queue?.[0]?.key === key) events.push(queue.shift() as StoredEvent);
    }
    // Calls that did not wait for each other may have been stored in another order.
    return [...events, ...queues.flat()];
  }

  private async append(
    topic: string,
    events: readonly NewEvent[],
    options?: AppendOptions,
  ): Promise<void> {
    await this.log.append(topic, events, options);
    const keys = this.keys.get(topic) ?? [];
    this.keys.set(topic, keys);
    for (const { key } of events) keys.push(key);
  }

  private async readAll(topic: string, partition: number): Promise<StoredEvent[]> {
    const events: StoredEvent[] = [];
    for (;;) {
      const page = await this.log.read(topic, { partition, from: events.length, limit: PAGE });
      events.push(...page);
      if (page.length < PAGE) return events;
    }
  }
}
