/**
 * Readers lose nothing: ten writers, whose transactions overlap and one in ten of which is rolled back, and three readers who
 * follow them. The same writers and readers lose events on a table whose ids come from a sequence, with a cursor on the
 * id: an id that is smaller may be committed later. So the test is known to notice it.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "pg";
import { murmur2, partitionOfHash } from "../../partition.ts";
import { Appender } from "./appender.ts";
import { openPostgresLog } from "./postgresLog.ts";
import { connect, useTestServer } from "./server.testkit.ts";

const WRITERS = 10;
const READERS = 3;
/** Of each writer: so many batches are committed, */
const BATCHES = 100;
/** of so many events each. */
const BATCH_EVENTS = 10;
/** Of a reader, at a time. */
const LIMIT = 100;
/** Of the log. */
const SCHEMA = "lost";

interface Store {
  /** Inserts what one writer has, within the transaction of a client. */
  insert(client: Client, writer: number, values: readonly string[]): Promise<void>;
  /** Gives what comes after what it gave before. */
  newReader(): Promise<() => Promise<readonly string[]>>;
  close(): Promise<void>;
}

const server = useTestServer();

test("readers of the log lose none of 10,000 events", async () => {
  const { committed, seen } = await writeAndRead(await openLog());
  expect(committed).toHaveLength(WRITERS * BATCHES * BATCH_EVENTS);
  for (const values of seen) {
    expect(lostOf(committed, values)).toBe(0);
    // Nor did they get anything twice, or anything that was rolled back.
    expect(values).toHaveLength(committed.length);
  }
}, 180_000);

test("readers of a table with a sequence lose some", async () => {
  const { committed, seen } = await writeAndRead(await openTable());
  expect(committed).toHaveLength(WRITERS * BATCHES * BATCH_EVENTS);
  for (const values of seen) expect(lostOf(committed, values)).toBeGreaterThan(0);
}, 180_000);

/** How many of the committed values a reader did not see. */
function lostOf(committed: readonly string[], seen: readonly string[]): number {
  const found = new Set(seen);
  return committed.filter((value) => !found.has(value)).length;
}

async function writeAndRead(store: Store): Promise<{
  readonly committed: readonly string[];
  readonly seen: readonly (readonly string[])[];
}> {
  let isWritten = false;
  const writing = Promise.all(
    Array.from({ length: WRITERS }, (_, writer) => writeAll(store, writer)),
  ).finally(() => {
    isWritten = true;
  });
  const reading = Array.from({ length: READERS }, async () => {
    const read = await store.newReader();
    const seen: string[] = [];
    for (;;) {
      const isLast = isWritten;
      const values = await read();
      seen.push(...values);
      if (values.length > 0) continue;
      if (isLast) return seen;
      await delay(1);
    }
  });
  const committed = (await writing).flat();
  const seen = await Promise.all(reading);
  await store.close();
  return { committed, seen };
}

/** @returns What was committed. */
async function writeAll(store: Store, writer: number): Promise<string[]> {
  const committed: string[] = [];
  let client = await newClient();
  for (let batch = 0; committed.length < BATCHES * BATCH_EVENTS; batch++) {
    const values = Array.from({ length: BATCH_EVENTS }, (_, index) =>
      JSON.stringify([writer, batch, index]),
    );
    await client.query("BEGIN");
    await store.insert(client, writer, values);
    // Others begin and end meanwhile.
    await delay((batch * 7 + writer * 3) % 5);
    if (batch % 10 !== writer) {
      await client.query("COMMIT");
      committed.push(...values);
    } else if (batch % 20 === writer) {
      await client.query("ROLLBACK");
    } else {
      await terminate(client);
      client = await newClient();
    }
  }
  await client.end();
  return committed;
}

async function newClient(): Promise<Client> {
  const client = await connect(server.connection, SCHEMA);
  // Whoever uses it is told by the query that fails.
  client.on("error", () => undefined);
  return client;
}

/** Ends a session from outside: what it did is rolled back. */
async function terminate(client: Client): Promise<void> {
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  const other = await newClient();
  await other.query("SELECT pg_terminate_backend($1, 10000)", [rows[0]?.pid]);
  await other.end();
  await expect(client.query("COMMIT")).rejects.toThrow();
}

/** The event log. Its statement runs in a transaction that stays open for longer than its own would. */
async function openLog(): Promise<Store> {
  const partitions = 4;
  const log = await openPostgresLog({
    connection: server.connection,
    schema: SCHEMA,
    topics: [{ name: "topic", partitions }],
  });
  return {
    insert: async (client, writer, values) => {
      const { rows } = await client.query<{ id: number }>("SELECT id FROM topic");
      const appender = new Appender((text, parameters) => client.query(text, [...parameters]));
      const key = String(writer);
      const keyHash = murmur2(key);
      const partition = partitionOfHash(keyHash, partitions);
      await appender.append({
        topicId: rows[0]?.id as number,
        events: values.map((value) => ({ partition, keyHash, key, value })),
        headers: undefined,
        idempotencyKey: undefined,
      });
    },
    newReader: () => {
      const next = Array.from({ length: partitions }, () => 0);
      const read = async (): Promise<readonly string[]> => {
        const events = await Promise.all(
          next.map((from, partition) => log.read("topic", { partition, from, limit: LIMIT })),
        );
        events.forEach((own, partition) => {
          const last = own.at(-1);
          if (last !== undefined) next[partition] = last.offset + 1;
        });
        return events.flat().map(({ value }) => JSON.stringify(JSON.parse(value)));
      };
      return Promise.resolve(read);
    },
    close: () => log.close(),
  };
}

/** What first comes to mind. */
async function openTable(): Promise<Store> {
  await server.query("CREATE TABLE plain (id bigserial PRIMARY KEY, value text NOT NULL)");
  const clients: Client[] = [];
  return {
    insert: async (client, _writer, values) => {
      await client.query("INSERT INTO public.plain (value) SELECT unnest($1::text[])", [values]);
    },
    newReader: async () => {
      const client = await newClient();
      clients.push(client);
      let last = "0";
      return async () => {
        const { rows } = await client.query<{ id: string; value: string }>(
          "SELECT id, value FROM public.plain WHERE id > $1 ORDER BY id LIMIT $2",
          [last, LIMIT],
        );
        last = rows.at(-1)?.id ?? last;
        return rows.map(({ value }) => value);
      };
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.end()));
    },
  };
}
