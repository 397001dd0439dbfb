/**
 * Appends in batches: a call goes out at once when none is on its way; those that come meanwhile go out together as
 * the next batch. So one caller waits for one commit, and many share one. No timer is involved. When much is waiting a second
 * batch goes out beside the first: PostgreSQL reads it while that one is being committed.
 * Calls are encoded when they come, which is while PostgreSQL works on those before.
 *
 * Each batch has an id that is stored with it. When the connection is lost before the answer came, the
 * batch is sent again with its id, and takes effect once.
 */
import { randomUUID } from "node:crypto";
import { StaleLease } from "../../groups.ts";
import { LogError, LogRefusal } from "../../storage.ts";
import { codeOf, messageOf, retrying } from "./retry.ts";

export interface AppendCall {
  readonly topicId: number;
  readonly events: readonly AppendedEvent[];
  /** JSON text; `undefined` for none. */
  readonly headers: string | undefined;
  readonly idempotencyKey: string | undefined;
  /** On whose behalf. */
  readonly fence?: AppendFence | undefined;
}

export interface AppendFence {
  readonly groupId: number;
  readonly topicId: number;
  readonly partition: number;
  readonly epoch: number;
}

export interface AppendedEvent {
  readonly partition: number;
  readonly keyHash: number;
  readonly key: string;
  readonly value: string;
  /** JSON text, in place of that of the call; `undefined` for that. */
  readonly headers?: string | undefined;
}

interface Waiting {
  readonly call: EncodedCall;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Runs one query in a transaction of its own. */
export type Query = (text: string, values: readonly unknown[]) => Promise<AppendResult>;

export interface AppendResult {
  /** Which of the calls were refused because of their fence. */
  readonly rows: readonly { readonly refused: readonly number[] }[];
}

/** A batch ends with the call that goes beyond one of these. */
const BATCH_EVENTS = 2000;
const BATCH_CHARS = 4_000_000;
/** From so many waiting events on a second batch goes out beside the first: 103,000 events a second instead of 77,000. */
const MANY_EVENTS = 500;
const MAX_PUMPS = 2;
/** So much may wait; then callers are told that the log is too slow for them. */
const MAX_WAITING_EVENTS = 100_000;
const MAX_WAITING_CHARS = 64_000_000;

export class Appender {
  private readonly query: Query;
  private readonly onStored: (topicIds: ReadonlySet<number>) => void;
  private queue: Waiting[] = [];
  private waitingEvents = 0;
  private waitingChars = 0;
  /** Of what waits, how many events are not on their way. */
  private queuedEvents = 0;
  /** Each has one batch on its way at a time. */
  private pumps = 0;
  private readonly onDrained: (() => void)[] = [];

  /** @param onStored Is told of the topics of each batch that is stored. */
  constructor(query: Query, onStored: (topicIds: ReadonlySet<number>) => void = () => undefined) {
    this.query = query;
    this.onStored = onStored;
  }

  /** Resolves once the events are durable. @throws LogError @throws StaleLease */
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
      this.queuedEvents += encoded.count;
      const isMuch = this.queuedEvents >= MANY_EVENTS && this.pumps < MAX_PUMPS;
      if (this.pumps === 0 || isMuch) void this.pump();
    });
  }

  private settled({ count, chars }: EncodedCall): void {
    this.waitingEvents -= count;
    this.waitingChars -= chars;
  }

  /** Resolves once all that was given is stored, or has failed. */
  async drain(): Promise<void> {
    if (this.pumps > 0) await new Promise<void>((resolve) => this.onDrained.push(resolve));
  }

  /** Whoever finds the queue empty is no longer counted at once: what comes then is for the next. */
  private async pump(): Promise<void> {
    this.pumps++;
    while (this.queue.length > 0) {
      const batch = this.takeBatch();
      for (const { call } of batch) this.queuedEvents -= call.count;
      await this.store(batch);
      for (const { call } of batch) this.settled(call);
    }
    this.pumps--;
    if (this.pumps === 0) for (const tell of this.onDrained.splice(0)) tell();
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
      const refused = await this.send(batch.map(({ call }) => call));
      this.onStored(new Set(batch.map(({ call }) => call.topicId)));
      batch.forEach(({ resolve, reject }, index) => {
        if (refused.has(index)) reject(new StaleLease());
        else resolve();
      });
    } catch (error) {
      if (isRefusal(error) && batch.length > 1) {
        // One of them is at fault: the others are not to suffer from it.
        for (const each of batch) await this.store([each]);
        return;
      }
      const failure = explain(error);
      for (const { reject } of batch) reject(failure);
    }
  }

  /** @returns Which calls were refused because of their fence. */
  private async send(calls: readonly EncodedCall[]): Promise<ReadonlySet<number>> {
    const values = [randomUUID(), ...toArrays(calls)];
    const { rows } = await retrying(() => this.query(APPEND, values));
    return new Set(rows[0]?.refused);
  }
}

const APPEND = `SELECT append_events(
  $1, $2::int[], $3::int[], $4::int[], $5::int[],
  $6::int[], $7::int[], $8::text[], $9::jsonb[], $10::jsonb[],
  $11::int[], $12::int[], $13::text[],
  $14::int[], $15::int[], $16::int[], $17::int[], $18::bigint[]
) AS refused`;

/** Of the events of a call those in one partition. */
interface Run {
  readonly partition: number;
  count: number;
}

/** A call; texts are pieces of array literals of PostgreSQL, without the braces. Its events are in order of their runs. */
interface EncodedCall {
  readonly count: number;
  /** About how long it is. */
  readonly chars: number;
  readonly topicId: number;
  readonly idempotencyKey: string | undefined;
  readonly fence: AppendFence | undefined;
  readonly runs: readonly Run[];
  readonly hashes: string;
  readonly keys: string;
  readonly values: string;
  readonly headers: string;
}

function encodeCall(call: AppendCall): EncodedCall {
  const { topicId, headers, ...options } = call;
  // What is read together is to lie together. Those of a partition stay in their order.
  const events = call.events.toSorted((left, right) => left.partition - right.partition);
  const shared = headers === undefined ? "NULL" : quote(headers);
  const hasOwn = events.some((event) => event.headers !== undefined);
  const heads = hasOwn
    ? events.map((event) => (event.headers === undefined ? shared : quote(event.headers))).join(",")
    : repeat(shared, events.length);
  const keys = events.map(({ key }) => quote(key)).join(",");
  const values = events.map(({ value }) => quote(value)).join(",");
  return {
    count: events.length,
    chars: keys.length + values.length + heads.length,
    topicId,
    idempotencyKey: options.idempotencyKey,
    fence: options.fence,
    runs: runsOf(events),
    hashes: events.map(({ keyHash }) => keyHash).join(","),
    keys,
    values,
    headers: heads,
  };
}

/** @param events Those of a partition are side by side. */
function runsOf(events: readonly AppendedEvent[]): Run[] {
  const runs: Run[] = [];
  for (const { partition } of events) {
    const last = runs.at(-1);
    if (last?.partition === partition) last.count++;
    else runs.push({ partition, count: 1 });
  }
  return runs;
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
  const fenced = calls.flatMap(({ fence }, call) => (fence === undefined ? [] : [{ call, fence }]));
  const runs = calls.flatMap(({ topicId, runs: own }, call) =>
    own.map((run) => ({ call, topicId, ...run })),
  );
  return [
    arrayOf(runs.map(({ call }) => String(call))),
    arrayOf(runs.map(({ topicId }) => String(topicId))),
    arrayOf(runs.map(({ partition }) => String(partition))),
    arrayOf(runs.map(({ count }) => String(count))),
    arrayOf(runs.map(({ count }, index) => repeat(String(index + 1), count))),
    arrayOf(calls.map(({ hashes }) => hashes)),
    arrayOf(calls.map(({ keys }) => keys)),
    arrayOf(calls.map(({ values }) => values)),
    arrayOf(calls.map(({ headers }) => headers)),
    arrayOf(idempotent.map(({ call }) => String(call))),
    arrayOf(idempotent.map(({ topicId }) => String(topicId))),
    arrayOf(idempotent.map(({ key }) => quote(key))),
    arrayOf(fenced.map(({ call }) => String(call))),
    arrayOf(fenced.map(({ fence }) => String(fence.groupId))),
    arrayOf(fenced.map(({ fence }) => String(fence.topicId))),
    arrayOf(fenced.map(({ fence }) => String(fence.partition))),
    arrayOf(fenced.map(({ fence }) => String(fence.epoch))),
  ];
}

function arrayOf(pieces: readonly string[]): string {
  return `{${pieces.join(",")}}`;
}

function explain(error: unknown): unknown {
  if (isRefusal(error)) return new LogRefusal(`the event log refuses this: ${messageOf(error)}`);
  if (isShortage(error)) return new LogError(`the event log is full: ${messageOf(error)}`);
  return error;
}

/** The disk is full, or something else is used up (class 53), or can't be written (58, 25006). */
function isShortage(error: unknown): boolean {
  return /^(?:53...|58...|25006)$/.test(codeOf(error));
}

/** Data that PostgreSQL can't store (class 22) or that is too much for a limit of it (54). */
function isRefusal(error: unknown): boolean {
  return /^(?:22|54)...$/.test(codeOf(error));
}
