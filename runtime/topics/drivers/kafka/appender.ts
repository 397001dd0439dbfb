/**
 * Appends in batches, one at a time for each partition: what comes while one is on its way goes out together as the next.
 * So events of one key stay in order, also when a batch must be sent again, and no timer is involved.
 *
 * A batch has the next number of the sequence of its producer (KIP-98): sent twice it is stored once. When it isn't known
 * what became of a batch, its producer is given up: the number would be taken for a batch that is there already.
 */
import { LogError, LogRefusal, type NewEvent } from "../../storage.ts";
import { partitionOf } from "../../partition.ts";
import { isKind, type KafkaClient, type KafkaRecord, type ProducerIdentity } from "./client.ts";
import { sizeOf, toRecord } from "./records.ts";
import { retrying, toLogError } from "./retry.ts";

/** A batch ends with the call that goes beyond one of these; Kafka takes 1 MB unless it is set otherwise. */
const BATCH_RECORDS = 2000;
const BATCH_BYTES = 400_000;
/** What one call gives is sent as one batch up to this. */
const MAX_BATCH_BYTES = 900_000;
/** So much may wait; then callers are told that the log is too slow for them. */
const MAX_WAITING_RECORDS = 100_000;
const MAX_WAITING_BYTES = 64_000_000;
const SEQUENCES = 2 ** 31;

export class KafkaAppender {
  private readonly client: KafkaClient;
  private readonly partitions = new Map<string, PartitionAppender>();
  private readonly producers: Producers;
  private waitingRecords = 0;
  private waitingBytes = 0;

  constructor(client: KafkaClient) {
    this.client = client;
    this.producers = new Producers(client);
  }

  /**
   * Those of one partition are stored all or none, as far as they fit into one batch.
   *
   * @param topic Kafka's name.
   * @throws LogError
   */
  async append(
    topic: string,
    partitions: number,
    events: readonly NewEvent[],
    headers: Readonly<Record<string, string>>,
  ): Promise<void> {
    const byPartition = new Map<number, KafkaRecord[]>();
    for (const event of events) {
      const partition = partitionOf(event.key, partitions);
      const records = byPartition.get(partition);
      if (records === undefined)
        byPartition.set(partition, [toRecord(event, { ...headers, ...event.headers })]);
      else records.push(toRecord(event, { ...headers, ...event.headers }));
    }
    const bytes = [...byPartition.values()].flat().reduce((sum, record) => sum + sizeOf(record), 0);
    this.waitingRecords += events.length;
    this.waitingBytes += bytes;
    try {
      if (this.waitingRecords > MAX_WAITING_RECORDS || this.waitingBytes > MAX_WAITING_BYTES) {
        throw new LogError("too many events wait to be stored", "append less at a time");
      }
      const outcomes = await Promise.allSettled(
        [...byPartition].map(([partition, records]) =>
          this.appendRecords(topic, partition, records),
        ),
      );
      for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    } finally {
      this.waitingRecords -= events.length;
      this.waitingBytes -= bytes;
    }
  }

  /** @throws LogError */
  appendRecords(topic: string, partition: number, records: readonly KafkaRecord[]): Promise<void> {
    const key = `${topic}/${String(partition)}`;
    let appender = this.partitions.get(key);
    if (appender === undefined) {
      appender = new PartitionAppender(this.client, this.producers, topic, partition);
      this.partitions.set(key, appender);
    }
    return appender.append(records);
  }

  /** Resolves once all that was given is stored, or has failed. */
  async drain(): Promise<void> {
    await Promise.all([...this.partitions.values()].map((appender) => appender.drain()));
  }
}

/** One producer for all partitions, and others for those where it was given up. */
class Producers {
  private readonly client: KafkaClient;
  private common: Promise<ProducerIdentity | undefined> | undefined = undefined;

  constructor(client: KafkaClient) {
    this.client = client;
  }

  shared(): Promise<ProducerIdentity | undefined> {
    this.common ??= this.fresh().catch((error: unknown) => {
      this.common = undefined;
      throw error;
    });
    return this.common;
  }

  /** `undefined` where the cluster has none for us: then what is sent twice may be stored twice. */
  async fresh(): Promise<ProducerIdentity | undefined> {
    try {
      return await this.client.newProducer();
    } catch (error) {
      if (isKind(error, "unsupported", "denied")) return undefined;
      throw error;
    }
  }
}

interface Waiting {
  readonly records: readonly KafkaRecord[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

class PartitionAppender {
  private readonly client: KafkaClient;
  private readonly producers: Producers;
  private readonly topic: string;
  private readonly partition: number;
  private queue: Waiting[] = [];
  private pumping: Promise<void> | undefined = undefined;
  private producer: "shared" | "fresh" | { readonly identity: ProducerIdentity | undefined } =
    "shared";
  private sequence = 0;

  constructor(client: KafkaClient, producers: Producers, topic: string, partition: number) {
    this.client = client;
    this.producers = producers;
    this.topic = topic;
    this.partition = partition;
  }

  append(records: readonly KafkaRecord[]): Promise<void> {
    const bytes = records.reduce((sum, record) => sum + sizeOf(record), 0);
    return new Promise((resolve, reject) => {
      this.queue.push({ records, bytes, resolve, reject });
      this.pumping ??= this.pump();
    });
  }

  async drain(): Promise<void> {
    await this.pumping;
  }

  private async pump(): Promise<void> {
    while (this.queue.length > 0) {
      const batch = this.take();
      await this.sendAll(batch);
    }
    this.pumping = undefined;
  }

  private take(): readonly Waiting[] {
    let count = 0;
    let records = 0;
    let bytes = 0;
    while (count < this.queue.length && records < BATCH_RECORDS && bytes < BATCH_BYTES) {
      const next = this.queue[count] as Waiting;
      if (count > 0 && bytes + next.bytes > MAX_BATCH_BYTES) break;
      records += next.records.length;
      bytes += next.bytes;
      count++;
    }
    return this.queue.splice(0, count);
  }

  private async sendAll(calls: readonly Waiting[]): Promise<void> {
    try {
      const bytes = calls.reduce((sum, call) => sum + call.bytes, 0);
      const records = calls.flatMap((call) => call.records);
      if (bytes <= MAX_BATCH_BYTES) await this.send(records);
      else for (const part of inParts(records)) await this.send(part);
      for (const { resolve } of calls) resolve();
    } catch (error) {
      // Nothing of it was stored, so the others can go without the one that is too large.
      if (calls.length > 1 && isKind(error, "tooLarge")) {
        for (const call of calls) await this.sendAll([call]);
        return;
      }
      for (const { reject } of calls) reject(this.explain(error));
    }
  }

  private async send(records: readonly KafkaRecord[]): Promise<void> {
    try {
      await retrying(() => this.sendOnce(records)).catch((error: unknown) => {
        if (!isKind(error, "sequence")) throw error;
        // The cluster has forgotten the producer, or lost what it had of it.
        this.producer = "fresh";
        return retrying(() => this.sendOnce(records));
      });
    } catch (error) {
      if (!isKind(error, "tooLarge")) this.producer = "fresh";
      throw error;
    }
    this.sequence = (this.sequence + records.length) % SEQUENCES;
  }

  private async sendOnce(records: readonly KafkaRecord[]): Promise<void> {
    if (typeof this.producer === "string") {
      const identity = await this.producers[this.producer]();
      this.producer = { identity };
      this.sequence = 0;
    }
    const { topic, partition, sequence } = this;
    await this.client.produce({
      topic,
      partition,
      records,
      producer: this.producer.identity,
      sequence,
    });
  }

  private explain(error: unknown): unknown {
    if (!isKind(error, "tooLarge")) return toLogError(error);
    return new LogRefusal(
      `an event is too large for Kafka: ${error.message}`,
      "max.message.bytes of the topic says how large one may be",
    );
  }
}

/** Each as large as a batch may be, or of one record. */
function inParts(records: readonly KafkaRecord[]): readonly (readonly KafkaRecord[])[] {
  const parts: KafkaRecord[][] = [];
  let bytes = Infinity;
  for (const record of records) {
    bytes += sizeOf(record);
    if (bytes > MAX_BATCH_BYTES) {
      parts.push([record]);
      bytes = sizeOf(record);
    } else parts.at(-1)?.push(record);
  }
  return parts;
}
