/**
 * Tells members of groups at once that something has changed: events were stored, a partition is free. Within the process
 * directly; other processes by NOTIFY, in transactions of its own (within that of an append it would make
 * commits wait for each other) and at most so often. They are hints: whoever misses one looks again within a second.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { Client, type ClientConfig } from "pg";
import { murmur2 } from "../../partition.ts";

export interface WakeUp {
  /** Ids of topics that have new events. */
  readonly topics: readonly number[];
  /** Ids of groups in which something is to be done. */
  readonly groups: readonly number[];
}

export type WakeUpListener = (wakeUp: WakeUp) => void;

/** Whoever listens may be woken up to once in this time. */
const NOTIFY_INTERVAL_MS = 10;
const RECONNECT_DELAY_MS = 1000;

export class WakeUps {
  private readonly channel: string;
  private readonly notify: (text: string, values: readonly unknown[]) => Promise<unknown>;
  /** Tells a process its own notifications from those of others. */
  private readonly origin = randomUUID();
  private readonly listeners = new Set<WakeUpListener>();
  private topics = new Set<number>();
  private groups = new Set<number>();
  private notifying: Promise<void> | undefined = undefined;
  private isClosed = false;

  /** @param notify Runs a query in a transaction of its own. */
  constructor(
    schema: string,
    notify: (text: string, values: readonly unknown[]) => Promise<unknown>,
  ) {
    this.channel = `spacer_${(murmur2(schema) >>> 0).toString(16)}`;
    this.notify = notify;
  }

  subscribe(listener: WakeUpListener): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  tell({ topics, groups }: WakeUp): void {
    this.tellHere({ topics, groups });
    for (const topic of topics) this.topics.add(topic);
    for (const group of groups) this.groups.add(group);
    if (!this.isClosed) this.notifying ??= this.notifyOthers();
  }

  /** Listens to other processes until it is told to stop. */
  listen(connection: ClientConfig): () => Promise<void> {
    const stop = new AbortController();
    const listening = this.listenUntil(stop.signal, connection);
    return async () => {
      stop.abort();
      await listening;
    };
  }

  /** Resolves once others were told of all there is to tell. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.notifying;
  }

  private tellHere(wakeUp: WakeUp): void {
    for (const listener of this.listeners) listener(wakeUp);
  }

  private async listenUntil(signal: AbortSignal, connection: ClientConfig): Promise<void> {
    while (!signal.aborted) {
      await this.listenOnce(signal, connection).catch(() => undefined);
      await delay(RECONNECT_DELAY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Resolves, or rejects, when the connection has ended. */
  private async listenOnce(signal: AbortSignal, connection: ClientConfig): Promise<void> {
    const client = new Client({ ...connection, application_name: "spacer" });
    const ended = new Promise<void>((resolve) => {
      client.once("end", resolve);
      client.on("error", () => {
        resolve();
      });
    });
    client.on("notification", ({ payload = "" }) => {
      this.hear(payload);
    });
    // Not with a farewell, which a server that is gone would not answer.
    const stop = (): void => {
      client.connection.stream.destroy();
    };
    signal.addEventListener("abort", stop);
    try {
      await client.connect();
      await client.query(`LISTEN ${client.escapeIdentifier(this.channel)}`);
      await ended;
    } finally {
      signal.removeEventListener("abort", stop);
      stop();
    }
  }

  private async notifyOthers(): Promise<void> {
    while (this.topics.size > 0 || this.groups.size > 0) {
      const payload = JSON.stringify([this.origin, [...this.topics], [...this.groups]]);
      this.topics.clear();
      this.groups.clear();
      // Whoever does not hear of it looks by itself.
      await this.notify("SELECT pg_notify($1, $2)", [this.channel, payload]).catch(() => undefined);
      if (!this.isClosed) await delay(NOTIFY_INTERVAL_MS, undefined, { ref: false });
    }
    this.notifying = undefined;
  }

  private hear(payload: string): void {
    const [origin, topics, groups] = parse(payload);
    if (origin !== this.origin) this.tellHere({ topics, groups });
  }
}

type Payload = readonly [origin: string, topics: readonly number[], groups: readonly number[]];

/** Anybody may notify: what is not ours means nothing. */
function parse(payload: string): Payload {
  try {
    const given = JSON.parse(payload) as Payload;
    if (Array.isArray(given[1]) && Array.isArray(given[2])) return given;
  } catch {
    // Not ours.
  }
  return ["", [], []];
}
