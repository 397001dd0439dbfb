/**
 * The dead letters of all groups: the letters in their topics, and the marks that say what became of them. Reading them
 * reads those topics from the beginning, so it costs as much as there ever were.
 */
import type { DeadLetter, DeadLetterFilter } from "../../groups.ts";
import type { KafkaAppender } from "./appender.ts";
import type { KafkaReader } from "./reader.ts";
import { isKind, type KafkaClient, type StoredRecord } from "./client.ts";
import { readId, readLetter, readMark, toMark, type Mark } from "./letterRecords.ts";
import { asking } from "./retry.ts";
import type { KafkaTopic } from "./topicSetup.ts";

export class KafkaDeadLetters {
  private readonly client: KafkaClient;
  private readonly reader: KafkaReader;
  private readonly appender: KafkaAppender;
  private readonly topics: readonly KafkaTopic[];

  constructor(
    client: KafkaClient,
    reader: KafkaReader,
    appender: KafkaAppender,
    topics: readonly KafkaTopic[],
  ) {
    this.client = client;
    this.reader = reader;
    this.appender = appender;
    this.topics = topics;
  }

  async list({ group, topic, key, ids, limit }: DeadLetterFilter): Promise<readonly DeadLetter[]> {
    const places = ids?.map(readId);
    const topics = this.topics.filter(
      ({ name }) =>
        (topic === undefined || topic === name) &&
        (places === undefined || places.some((place) => place?.topic === name)),
    );
    const letters = await Promise.all(topics.map((each) => this.read(each)));
    return letters
      .flat()
      .filter(
        (letter) =>
          letter.group === group &&
          (key === undefined || letter.event.key === key) &&
          (ids === undefined || ids.includes(letter.id)),
      )
      .sort((left, right) => left.timestampMs - right.timestampMs)
      .slice(0, limit);
  }

  /** How many each group has. */
  async count(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const letters of await Promise.all(this.topics.map((topic) => this.read(topic)))) {
      for (const { group } of letters) counts.set(group, (counts.get(group) ?? 0) + 1);
    }
    return counts;
  }

  /** @returns How many there were. */
  redrive(ids: readonly string[]): Promise<number> {
    return this.mark("redriven", ids, ({ isRedriven }) => !isRedriven);
  }

  /** @returns How many there were. */
  drop(ids: readonly string[]): Promise<number> {
    return this.mark("dropped", ids, () => true);
  }

  private async mark(
    mark: Mark,
    ids: readonly string[],
    isMeant: (letter: DeadLetter) => boolean,
  ): Promise<number> {
    const wanted = new Set(ids);
    const topics = new Set(ids.map((id) => readId(id)?.topic));
    let count = 0;
    for (const topic of this.topics) {
      if (!topics.has(topic.name)) continue;
      for (const letter of await this.read(topic)) {
        const place = readId(letter.id);
        if (place === undefined || !wanted.has(letter.id) || !isMeant(letter)) continue;
        const record = toMark(mark, letter, place);
        await this.appender.appendRecords(topic.letters, place.partition, [record]);
        count++;
      }
    }
    return count;
  }

  /** Those of a topic, the oldest first in each partition. */
  private async read({ name, letters }: KafkaTopic): Promise<readonly DeadLetter[]> {
    return asking(async () => {
      const partitions = (await this.client.countPartitions([letters])).get(letters);
      if (partitions === undefined) return [];
      const ranges = await this.reader.ranges(letters);
      const found = await Promise.all(
        ranges.map(async (range, partition) => {
          const options = { from: 0, to: Infinity, limit: Infinity };
          const records = await this.reader.readWithin(letters, partition, range, options);
          return fold(name, partition, records);
        }),
      );
      return found.flat();
    }).catch((error: unknown) => {
      if (isKind(error, "unknownTopic")) return [];
      throw error;
    });
  }
}

/** What is left of a partition's letters. One event is one letter of a group: the later one stands for both. */
function fold(
  topic: string,
  partition: number,
  records: readonly StoredRecord[],
): readonly DeadLetter[] {
  const letters = new Map<number, DeadLetter>();
  const byEvent = new Map<string, number>();
  for (const record of records) {
    const mark = readMark(record);
    if (mark === undefined) {
      const letter = readLetter({ topic, partition, offset: record.offset }, record);
      if (letter === undefined) continue;
      const event = `${letter.group} ${String(letter.event.partition)} ${String(letter.event.offset)}`;
      letters.delete(byEvent.get(event) ?? -1);
      byEvent.set(event, record.offset);
      letters.set(record.offset, letter);
      continue;
    }
    const letter = letters.get(mark.letter);
    if (letter === undefined) continue;
    if (mark.mark === "redriven") letters.set(mark.letter, { ...letter, isRedriven: true });
    else if (mark.mark === "failed") {
      const { failure, timestampMs } = mark;
      letters.set(mark.letter, { ...letter, ...failure, timestampMs, isRedriven: false });
    } else letters.delete(mark.letter);
  }
  return [...letters.values()];
}
