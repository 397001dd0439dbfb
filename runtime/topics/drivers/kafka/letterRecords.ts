/**
 * The records of a topic of dead letters. A *letter* is the event once more, with headers that say where it comes from and
 * why it failed. A *mark* says what became of a letter; it is in the same partition, behind it.
 */
import type { DeadLetter, FailedAttempt } from "../../groups.ts";
import type { StoredEvent } from "../../storage.ts";
import type { KafkaRecord, StoredRecord } from "./client.ts";
import { toEvent } from "./records.ts";

/** `failed`: it was delivered again, in vain. */
export type Mark = "redriven" | "settled" | "failed" | "dropped";

const HEADERS = {
  group: "spacer-group",
  topic: "spacer-topic",
  partition: "spacer-partition",
  offset: "spacer-offset",
  timestamp: "spacer-timestamp",
  handler: "spacer-handler",
  error: "spacer-error",
  traceback: "spacer-traceback",
  attempts: "spacer-attempts",
  mark: "spacer-mark",
  /** Of a mark: the offset of its letter. */
  letter: "spacer-letter",
} as const;

/** So that a letter is hardly larger than its event. */
const MAX_TEXT_LENGTH = 8000;

export interface StoredMark {
  readonly mark: Mark;
  readonly letter: number;
  readonly group: string;
  /** Of the event. */
  readonly partition: number;
  readonly timestampMs: number;
  /** Why it failed again; of other marks only how the letter failed last, without texts. */
  readonly failure: FailedAttempt;
}

/** Where a letter is. */
export interface LetterPlace {
  /** spacer's name. */
  readonly topic: string;
  /** Of the topic of dead letters. */
  readonly partition: number;
  readonly offset: number;
}

export function toLetter(group: string, event: StoredEvent, failure: FailedAttempt): KafkaRecord {
  const { topic, partition, offset, key, value, headers, timestampMs } = event;
  return {
    key: Buffer.from(key),
    value: Buffer.from(value),
    timestampMs: Date.now(),
    headers: {
      ...headers,
      [HEADERS.group]: group,
      [HEADERS.topic]: topic,
      [HEADERS.partition]: String(partition),
      [HEADERS.offset]: String(offset),
      [HEADERS.timestamp]: String(timestampMs),
      ...failureHeaders(failure),
    },
  };
}

/** @param failure Why it failed again. */
export function toMark(
  mark: Mark,
  letter: DeadLetter,
  place: LetterPlace,
  failure?: FailedAttempt,
): KafkaRecord {
  const { handler, attempts } = letter;
  return {
    key: Buffer.from(letter.event.key),
    value: null,
    timestampMs: Date.now(),
    headers: {
      [HEADERS.mark]: mark,
      [HEADERS.letter]: String(place.offset),
      [HEADERS.group]: letter.group,
      [HEADERS.partition]: String(letter.event.partition),
      ...failureHeaders(failure ?? { handler, attempts, error: "", traceback: undefined }),
    },
  };
}

/** `undefined` for what is no letter. */
export function readLetter(place: LetterPlace, record: StoredRecord): DeadLetter | undefined {
  const { headers } = record;
  const group = headers[HEADERS.group];
  if (group === undefined || headers[HEADERS.offset] === undefined) return undefined;
  const event = toEvent(place.topic, Number(headers[HEADERS.partition]), record);
  const own = new Set<string>(Object.values(HEADERS));
  return {
    ...readFailure(headers),
    id: toId(place),
    group,
    timestampMs: record.timestampMs,
    isRedriven: false,
    event: {
      ...event,
      offset: Number(headers[HEADERS.offset]),
      timestampMs: Number(headers[HEADERS.timestamp]),
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !own.has(name))),
    },
  };
}

/** `undefined` for what is no mark. */
export function readMark({ headers, timestampMs }: StoredRecord): StoredMark | undefined {
  const mark = headers[HEADERS.mark];
  if (mark === undefined) return undefined;
  return {
    mark: mark as Mark,
    letter: Number(headers[HEADERS.letter]),
    group: headers[HEADERS.group] ?? "",
    partition: Number(headers[HEADERS.partition]),
    timestampMs,
    failure: readFailure(headers),
  };
}

/** "orders:3:17" */
function toId({ topic, partition, offset }: LetterPlace): string {
  return `${topic}:${String(partition)}:${String(offset)}`;
}

export function readId(id: string): LetterPlace | undefined {
  const [, topic, partition, offset] = /^([^:]+):(\d+):(\d+)$/.exec(id) ?? [];
  if (topic === undefined) return undefined;
  return { topic, partition: Number(partition), offset: Number(offset) };
}

function failureHeaders({ handler, attempts, error, traceback }: FailedAttempt) {
  return {
    [HEADERS.handler]: handler,
    [HEADERS.attempts]: String(attempts),
    [HEADERS.error]: error.slice(0, MAX_TEXT_LENGTH),
    ...(traceback !== undefined && { [HEADERS.traceback]: traceback.slice(0, MAX_TEXT_LENGTH) }),
  };
}

function readFailure(headers: Readonly<Record<string, string>>): FailedAttempt {
  return {
    handler: headers[HEADERS.handler] ?? "",
    attempts: Number(headers[HEADERS.attempts] ?? 0),
    error: headers[HEADERS.error] ?? "",
    traceback: headers[HEADERS.traceback],
  };
}
