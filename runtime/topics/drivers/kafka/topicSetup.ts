/** The topics of a project in Kafka: `<app>_<topic>`, and `<app>_<topic>_dlq` for its dead letters. */
import { DEFAULT_PARTITIONS, LogError, type TopicInfo, type TopicSettings } from "../../storage.ts";
import { isKind, type KafkaClient } from "./client.ts";
import { BackOff, retrying } from "./retry.ts";

export interface KafkaTopic extends TopicInfo {
  /** Its name in Kafka. */
  readonly stored: string;
  /** The name of the topic with its dead letters. */
  readonly letters: string;
}

/** Kafka's bound for names. */
const MAX_NAME_LENGTH = 249;
/** A topic that was made is known to all brokers after a moment. */
const CREATION_TRIES = 12;

function nameTopic(app: string, name: string): Omit<KafkaTopic, "partitions"> {
  const stored = `${app}_${name}`;
  const letters = `${stored}_dlq`;
  if (!/^[A-Za-z0-9._-]+$/.test(stored) || letters.length > MAX_NAME_LENGTH) {
    throw new LogError(
      `Kafka can't have a topic with the name '${stored}'`,
      "letters, digits, '.', '_' and '-' are allowed, 245 at most",
    );
  }
  return { name, stored, letters };
}

/** Makes those that are not there. @throws LogError */
export async function openTopics(
  client: KafkaClient,
  app: string,
  settings: readonly TopicSettings[],
  replicas: number | undefined,
): Promise<readonly KafkaTopic[]> {
  const named = settings.map(({ name, partitions }) => ({
    ...nameTopic(app, name),
    wanted: partitions,
  }));
  for (const { name, letters } of named) {
    const other = named.find(({ stored }) => stored === letters);
    if (other === undefined) continue;
    throw new LogError(
      `on Kafka the topic '${other.name}' is that of the dead letters of '${name}'`,
      "give it another name",
    );
  }
  const names = named.map(({ stored }) => stored);
  const counts = new Map(await retrying(() => client.countPartitions(names)));
  for (const { stored, wanted } of named) {
    if (counts.has(stored)) continue;
    counts.set(stored, await createTopic(client, stored, wanted ?? DEFAULT_PARTITIONS, replicas));
  }
  return named.map(({ wanted, ...topic }) => {
    const partitions = counts.get(topic.stored) as number;
    if (wanted !== undefined && wanted !== partitions) {
      throw new LogError(
        `topic '${topic.name}' has ${String(partitions)} partitions, not ${String(wanted)}`,
        "events would no longer be where their keys say: leave the number as it is",
      );
    }
    return { ...topic, partitions };
  });
}

/**
 * Makes the topics for the dead letters, as many partitions as the topics have.
 *
 * @returns How many they have, by Kafka's name.
 * @throws LogError
 */
export async function openLetterTopics(
  client: KafkaClient,
  topics: readonly KafkaTopic[],
  replicas: number | undefined,
): Promise<ReadonlyMap<string, number>> {
  const names = topics.map(({ letters }) => letters);
  const counts = new Map(await retrying(() => client.countPartitions(names)));
  for (const { letters, partitions } of topics) {
    if (counts.has(letters)) continue;
    counts.set(letters, await createTopic(client, letters, partitions, replicas));
  }
  return counts;
}

/** @returns How many partitions it has: somebody else may have been faster. */
async function createTopic(
  client: KafkaClient,
  name: string,
  partitions: number,
  replicas: number | undefined,
): Promise<number> {
  const count = replicas ?? Math.min(3, await retrying(() => client.countBrokers()));
  try {
    const settings = settingsFor(count);
    await retrying(() => client.createTopic({ name, partitions, replicas: count, settings }));
  } catch (error) {
    if (isKind(error, "denied", "unsupported")) {
      throw new LogError(
        `Kafka has no topic '${name}', and doesn't let us make it: ${error.message}`,
        `make it, with ${String(partitions)} partitions`,
      );
    }
    if (isKind(error, "other")) {
      throw new LogError(`Kafka can't make the topic '${name}': ${error.message}`);
    }
    if (!isKind(error, "exists")) throw error;
  }
  const backOff = new BackOff();
  for (let attempt = 0; attempt < CREATION_TRIES; attempt++) {
    const found = (await retrying(() => client.countPartitions([name]))).get(name);
    if (found !== undefined) return found;
    await backOff.wait();
  }
  throw new LogError(`Kafka has made the topic '${name}', but doesn't have it`);
}

/** Events are stored for good, in the order of their times, and survive the loss of one broker. */
function settingsFor(replicas: number): Readonly<Record<string, string>> {
  return {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "message.timestamp.type": "LogAppendTime",
    ...(replicas >= 3 && { "min.insync.replicas": "2" }),
  };
}
