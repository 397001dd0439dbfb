/**
 * Appends in batches: a call goes out at once when none is on its way; those that come meanwhile go out together as
 * the next batch. So one caller waits for one commit, and many share one. No timer is involved.
 * Calls are encoded when they come, which is while PostgreSQL works on those before.
 *
 * Each batch has an id that is stored with it. When the connection is lost before the answer came, the
 * batch is sent again with its id, and takes effect once.
 */
import { randomUUID } from "node:crypto";
import { LogError } from "../../storage.ts";
import { codeOf, messageOf, retrying } from "./retry.ts";

export interface AppendCall {
  readonly topicId: number;
  readonly events: readonly AppendedEvent[];
  /** JSON text; `undefined` for none. */
  readonly headers: string | undefined;
  readonly idempotencyKey: string | undefined;
}

export interface AppendedEvent {
  readonly partition: number;
  readonly keyHash: number;
  readonly key: string;
  readonly value: string;
}

interface Waiting {
  readonly call: EncodedCall;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Runs one query in a transaction of its own. */
export type Query = (text: string, values: readonly unknown[]) => Promise<unknown>;

/** A batch ends with the call that goes beyond one of these. */
const BATCH_EVENTS = 2000;
const BATCH_CHARS = 4_000_000;
/** So much may wait; then callers are told that the log is too slow for them. */
const MAX_WAITING_EVENTS = 100_000;
const MAX_WAITING_CHARS = 64_000_000;

export class Appender {
  private readonly query: Query;
  private queue: Waiting[] = [];
  private waitingEvents = 0;
  private waitingChars = 0;
  private pumping: Promise<void> | undefined = undefined;

  constructor(query: Query) {
    this.query = query;
  }

  /** Resolves once the events are durable. @throws LogError */
  append(call: AppendCall): Promise<void> {
    const encoded = encodeCall(call);
    this.waitingEvents += encoded.count;
    this.waitingChars += encoded.chars;
    if (this.waitingEvents > MAX_WAITING_EVENTS || this.waitingChars > MAX_WAITING_CHARS) {
      this.settled(encoded);
      return Promise.reject(
        new LogError("too many events wait to be stored", "append less at a time"),
      );
    }
    return new Promise((resolve, reject) => {
      this.queue.push({ call: encoded, resolve, reject });
      this.pumping ??= this.pump();
    });
  }

  private settled({ count, chars }: EncodedCall): void {
    this.waitingEvents -= count;
    this.waitingChars -= chars;
  }

  /** Resolves once all that was given is stored, or has failed. */
  async drain(): Promise<void> {
    await this.pumping;
  }

  private async pump(): Promise<void> {
    while (this.queue.length > 0) {
      const batch = this.takeBatch();
      await this.store(batch);
      for (const { call } of batch) this.settled(call);
    }
    this.pumping = undefined;
  }

  private takeBatch(): Waiting[] {
    let [events, chars] = [0, 0];
    const end = this.queue.findIndex(({ call }) => {
      events += call.count;
      chars += call.chars;
      return events >= BATCH_EVENTS || chars >= BATCH_CHARS;
    });
    return this.queue.splice(0, end < 0 ? this.queue.length : end + 1);
  }

  private async store(batch: readonly Waiting[]): Promise<void> {
    try {
      await this.send(batch.map(({ call }) => call));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (isRefusal(error) && batch.length > 1) {
        // One of them is at fault: the others are not to suffer from it.
        for (const each of batch) await this.store([each]);
        return;
      }
      const failure = isRefusal(error)
        ? new LogError(`the event log refuses this: ${messageOf(error)}`)
        : error;
      for (const { reject } of batch) reject(failure);
    }
  }

  private async send(calls: readonly EncodedCall[]): Promise<void> {
    const values = [randomUUID(), ...toArrays(calls)];
    await retrying(() => this.query(APPEND, values));
  }
}

const APPEND = `SELECT append_events(
  $1, $2::int[], $3::int[], $4::int[], $5::int[], $6::int[], $7::text[], $8::text[], $9::text[],
  $10::int[], $11::int[], $12::text[]
)`;

/** A call as pieces of array literals of PostgreSQL, without the braces. */
interface EncodedCall {
  readonly count: number;
  /** About how long it is. */
  readonly chars: number;
  readonly topicId: number;
  readonly idempotencyKey: string | undefined;
  readonly partitions: string;
  readonly positions: string;
  readonly hashes: string;
  readonly keys: string;
  readonly values: string;
  readonly headers: string;
}

function encodeCall({ topicId, events, headers, idempotencyKey }: AppendCall): EncodedCall {
  const head = headers === undefined ? "NULL" : quote(headers);
  const keys = events.map(({ key }) => quote(key)).join(",");
  const values = events.map(({ value }) => quote(value)).join(",");
  return {
    count: events.length,
    chars: keys.length + values.length + events.length * head.length,
    topicId,
    idempotencyKey,
    partitions: events.map(({ partition }) => partition).join(","),
    positions: positionsOf(events).join(","),
    hashes: events.map(({ keyHash }) => keyHash).join(","),
    keys,
    values,
    headers: repeat(head, events.length),
  };
}

/** Of each event, how many before it are in the same partition. */
function positionsOf(events: readonly AppendedEvent[]): number[] {
  const counts: number[] = [];
  return events.map(({ partition }) => {
    const before = counts[partition] ?? 0;
    counts[partition] = before + 1;
    return before;
  });
}

/** An element of an array literal. */
function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

function repeat(element: string, count: number): string {
  return count === 0 ? "" : `${`${element},`.repeat(count - 1)}${element}`;
}

/** The arguments of `append_events` behind the first. */
function toArrays(calls: readonly EncodedCall[]): string[] {
  const idempotent = calls.flatMap(({ topicId, idempotencyKey }, call) =>
    idempotencyKey === undefined ? [] : [{ call, topicId, key: idempotencyKey }],
  );
  return [
    arrayOf(calls.map(({ count }, call) => repeat(String(call), count))),
    arrayOf(calls.map(({ topicId, count }) => repeat(String(topicId), count))),
    arrayOf(calls.map(({ partitions }) => partitions)),
    arrayOf(calls.map(({ positions }) => positions)),
    arrayOf(calls.map(({ hashes }) => hashes)),
    arrayOf(calls.map(({ keys }) => keys)),
    arrayOf(calls.map(({ values }) => values)),
    arrayOf(calls.map(({ headers }) => headers)),
    arrayOf(idempotent.map(({ call }) => String(call))),
    arrayOf(idempotent.map(({ topicId }) => String(topicId))),
    arrayOf(idempotent.map(({ key }) => quote(key))),
  ];
}

function arrayOf(pieces: readonly string[]): string {
  return `{${pieces.join(",")}}`;
}

/** Data that PostgreSQL can't store (class 22) or that is too much for a limit of it (54). */
function isRefusal(error: unknown): boolean {
  return /^(?:22|54)...$/.test(codeOf(error));
}
