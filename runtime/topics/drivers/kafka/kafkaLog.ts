/**
 * The log on Kafka: `<app>_<topic>` is a topic, key and value and headers of an event are those of a record, and it
 * is where Kafka's own clients would put it. What Kafka can't have is refused with a word about what to do.
 */
import type { GroupStorage } from "../../groups.ts";
import {
  checkStorable,
  LogRefusal,
  type AppendOptions,
  type LogStorage,
  type NewEvent,
  type PartitionInfo,
  type ReadOptions,
  type StoredEvent,
  type TopicSettings,
} from "../../storage.ts";
import { TopicLookup } from "../topicLookup.ts";
import { KafkaAppender } from "./appender.ts";
import type { ConnectKafka, KafkaClient } from "./client.ts";
import { KafkaDeadLetters } from "./deadLetters.ts";
import { KafkaGroups } from "./kafkaGroups.ts";
import type { KafkajsOptions } from "./kafkajs/connection.ts";
import { connectKafkajs } from "./kafkajs/kafkajsClient.ts";
import { TIMES, type MemberTimes } from "./member.ts";
import { KafkaReader } from "./reader.ts";
import { asking, toLogError } from "./retry.ts";
import { openTopics, type KafkaTopic } from "./topicSetup.ts";

export interface KafkaLogOptions extends KafkajsOptions {
  /** Begins the names of topics. */
  readonly app: string;
  readonly topics: readonly TopicSettings[];
  /** Of topics that are made; else 3, or as many as there are brokers. */
  readonly replicas?: number | undefined;
}

/** What tests have in another way. */
export interface KafkaParts {
  readonly connect: ConnectKafka;
  readonly times: MemberTimes;
}

/** @throws LogError when it can't be reached, lacks a topic that we can't make, or a topic has other partitions */
export async function openKafkaLog(
  options: KafkaLogOptions,
  { connect = () => connectKafkajs(options), times = TIMES }: Partial<KafkaParts> = {},
): Promise<LogStorage> {
  const client = await connect().catch((error: unknown) => {
    throw toLogError(error);
  });
  try {
    const topics = await asking(() =>
      openTopics(client, options.app, options.topics, options.replicas),
    );
    return new KafkaLog(client, topics, { connect, times }, options.replicas);
  } catch (error) {
    await client.close();
    throw error;
  }
}

class KafkaLog extends TopicLookup<KafkaTopic> implements LogStorage {
  readonly groups: GroupStorage;
  private readonly client: KafkaClient;
  private readonly appender: KafkaAppender;
  private readonly reader: KafkaReader;
  private readonly kafkaGroups: KafkaGroups;

  constructor(
    client: KafkaClient,
    topics: readonly KafkaTopic[],
    { connect, times }: KafkaParts,
    replicas: number | undefined,
  ) {
    super(topics);
    this.client = client;
    this.appender = new KafkaAppender(client);
    this.reader = new KafkaReader(client);
    const { reader, appender } = this;
    const letters = new KafkaDeadLetters(client, reader, appender, topics);
    this.kafkaGroups = new KafkaGroups(this, {
      client,
      connect,
      reader,
      appender,
      letters,
      topics,
      replicas,
      times,
    });
    this.groups = this.kafkaGroups;
  }

  async append(
    name: string,
    events: readonly NewEvent[],
    { headers = {}, idempotencyKey, fence }: AppendOptions = {},
  ): Promise<void> {
    const { stored, partitions } = this.find(name);
    if (idempotencyKey !== undefined) {
      throw refusal(
        "has no idempotency keys",
        "leave it out, and let handlers take an event twice",
      );
    }
    if (fence !== undefined)
      throw refusal("can't append on behalf of a lease", "leave the fence out");
    events.forEach(checkStorable);
    await this.appender.append(stored, partitions, events, headers);
  }

  async read(name: string, options: ReadOptions): Promise<readonly StoredEvent[]> {
    const { stored } = this.find(name);
    const { from = 0, to = Infinity, partition, key, limit } = options;
    if (key !== undefined) throw noIndex();
    return asking(() => this.reader.readMerged(stored, name, { from, to, partition, limit }));
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is a rejection
  async latest(name: string): Promise<StoredEvent | undefined> {
    this.find(name);
    throw noIndex();
  }

  async partitions(name: string): Promise<readonly PartitionInfo[]> {
    const { stored } = this.find(name);
    return asking(() => this.reader.describe(stored));
  }

  async offsetsAt(name: string, timestampMs: number): Promise<readonly number[]> {
    const { stored } = this.find(name);
    return asking(async () => {
      const found = await this.client.listOffsets(stored, Math.max(0, timestampMs));
      const ends = await this.client.listOffsets(stored, "end");
      return Array.from(ends, (end = 0, partition) => found[partition] ?? end);
    });
  }

  async close(): Promise<void> {
    await this.kafkaGroups.close();
    await this.appender.drain();
    await this.client.close();
  }
}

function noIndex(): LogRefusal {
  return refusal(
    "can't look up keys",
    "read the topic from an offset on, or keep what you need in a database",
  );
}

function refusal(what: string, hint: string): LogRefusal {
  return new LogRefusal(`a log on Kafka ${what}`, hint);
}
