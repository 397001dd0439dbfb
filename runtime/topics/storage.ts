/**
 * The event log, as the rest of spacer sees it. A topic has partitions; the events of one are numbered
 * from 0, without gaps, in the order in which they were stored, and stay as they are. Events of one key are in
 * one partition (partition.ts).
 */

import type { Fence, GroupStorage } from "./groups.ts";
import { writtenLength } from "./writtenLength.ts";

export interface TopicSettings {
  /** Letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /** `undefined` for what the topic has, or `DEFAULT_PARTITIONS` for a new one. */
  readonly partitions: number | undefined;
}

export const DEFAULT_PARTITIONS = 8;

export interface TopicInfo {
  readonly name: string;
  readonly partitions: number;
}

export interface PartitionInfo {
  readonly partition: number;
  /** The offset of the first event that is kept */
  readonly start: number;
  /** and that of the next one that is stored. */
  readonly end: number;
  /** When the last event was stored, in milliseconds since 1970; `undefined` when there is none. */
  readonly lastMs: number | undefined;
}

export interface NewEvent {
  readonly key: string;
  /** JSON text. */
  readonly value: string;
  /** Beside those of the call, which they go before. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface AppendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Of calls with the same one to the same topic only the first has an effect. */
  readonly idempotencyKey?: string | undefined;
  /** On whose behalf: nothing is stored when that lease is no longer held. */
  readonly fence?: Fence | undefined;
}

export interface StoredEvent {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  /** JSON text, as the log gives it back: the same value, not always the same text. */
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
  /** When it was stored, in milliseconds since 1970. Never falls within a partition. */
  readonly timestampMs: number;
}

export interface ReadOptions {
  /** Of one partition only. */
  readonly partition?: number | undefined;
  /** Offsets, in each partition: from this one (0 when left out) */
  readonly from?: number | undefined;
  /** up to before this one. */
  readonly to?: number | undefined;
  readonly key?: string | undefined;
  /** At most so many events: those with the least offsets. */
  readonly limit: number;
}

export interface LogStorage {
  /** A topic that was given when the log was opened. */
  topic(name: string): TopicInfo | undefined;
  topics(): readonly TopicInfo[];
  /**
   * Appends events, all or none, in their order. Resolves once they are durable. Calls that do not wait for each other
   * may be stored in any order.
   *
   * @throws LogError
   */
  append(topic: string, events: readonly NewEvent[], options?: AppendOptions): Promise<void>;
  /** Events in the order of their offsets; of equal ones, in that of the partitions. @throws LogError */
  read(topic: string, options: ReadOptions): Promise<readonly StoredEvent[]>;
  /** The last event of a key. @throws LogError */
  latest(topic: string, key: string): Promise<StoredEvent | undefined>;
  /** Of each partition, by number. @throws LogError */
  partitions(topic: string): Promise<readonly PartitionInfo[]>;
  /** Of each partition, the offset of the first event at or after a time, else that of the next one. @throws LogError */
  offsetsAt(topic: string, timestampMs: number): Promise<readonly number[]>;
  readonly groups: GroupStorage;
  close(): Promise<void>;
}

/** What a user of the log can understand: it can't be reached, it is full, a value can't be stored. */
export class LogError extends Error {
  /** What to do about it. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.name = "LogError";
    this.hint = hint;
  }

  /** Message and hint in one line. */
  get text(): string {
    return this.hint === undefined ? this.message : `${this.message} (${this.hint})`;
  }
}

/** What no other try can change: there is no such topic, or a value can't be stored. */
export class LogRefusal extends LogError {}

/** @throws LogRefusal "there is no topic 'x'" */
export function checkTopic<Topic extends TopicInfo>(
  log: { topic(name: string): Topic | undefined; topics(): readonly TopicInfo[] },
  name: string,
): Topic {
  const topic = log.topic(name);
  if (topic !== undefined) return topic;
  const known = log.topics().map((each) => each.name);
  throw new LogRefusal(
    `there is no topic '${name}'`,
    known.length === 0
      ? "topics are named in config/application.yml"
      : `config/application.yml has ${known.join(", ")}`,
  );
}

/** Longer ones could be stored, but not be read by Node. */
const MAX_VALUE_CHARS = 2 ** 26;

/**
 * PostgreSQL's text and JSON have no NUL character; so no log takes one.
 *
 * @throws LogRefusal
 */
export function checkStorable({ key, value }: NewEvent): void {
  if (key.includes("\0")) throw new LogRefusal("a key can't have a NUL character");
  // Behind an even number of backslashes it is no escape.
  if (value.includes("\\u0000") && /(?<!\\)(?:\\\\)*\\u0000/.test(value)) {
    throw new LogRefusal(`the value of key '${key}' has a NUL character, which can't be stored`);
  }
  if (writtenLength(value) > MAX_VALUE_CHARS) {
    const limit = `${String(MAX_VALUE_CHARS)} characters, its numbers written out`;
    throw new LogRefusal(`the value of key '${key}' is longer than ${limit}`);
  }
}
