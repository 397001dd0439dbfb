/** The log on a real PostgreSQL: the embedded one, started for these tests. */
import { Client } from "pg";
import type { LogStorage, TopicSettings } from "../../storage.ts";
import { testGroupStorage } from "../../groups.contract.ts";
import { testLogStorage, TOPICS } from "../../storage.contract.ts";
import { migrations } from "./migrations/index.ts";
import { openPostgresLog } from "./postgresLog.ts";
import { newSchema, useTestServer } from "./server.testkit.ts";

const server = useTestServer();
const { query } = server;

const open = (schema: string, topics: readonly TopicSettings[] = TOPICS): Promise<LogStorage> =>
  openPostgresLog({ connection: server.connection, schema, topics });

describe("contract", () => {
  testLogStorage(() => open(newSchema()));
  testGroupStorage(() => open(newSchema()));
});

test("several processes may make the schema at once", async () => {
  const schema = newSchema();
  const logs = await Promise.all(Array.from({ length: 6 }, () => open(schema)));
  await Promise.all(
    logs.map((log, index) => log.append("single", [{ key: "k", value: String(index) }])),
  );
  expect(await logs[0]?.read("single", { limit: 100 })).toHaveLength(6);
  expect(await query("SELECT version FROM schema_version", schema)).toHaveLength(migrations.length);
  await Promise.all(logs.map((log) => log.close()));
});

test("a schema that a newer spacer made is refused", async () => {
  const schema = newSchema();
  await (await open(schema)).close();
  await query("INSERT INTO schema_version (version) VALUES (99)", schema);
  await expect(open(schema)).rejects.toMatchObject({
    name: "LogError",
    message: expect.stringMatching(/is of version 99; this spacer knows up to \d$/) as string,
    hint: "a newer spacer has used it: update this one",
  });
});

test("a schema that an older spacer made is brought up to date, with what is in it", async () => {
  const schema = newSchema();
  await query(
    `CREATE SCHEMA "${schema.replaceAll('"', '""')}"; SET search_path = "${schema.replaceAll('"', '""')}";
     CREATE TABLE schema_version (version int PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
     INSERT INTO schema_version (version) VALUES (1); ${migrations[0] ?? ""};
     INSERT INTO topic (name, partitions) VALUES ('single', 1);
     INSERT INTO partition (topic_id, partition) VALUES (1, 0);
     SELECT append_events('00000000-0000-0000-0000-000000000001', '{0}', '{1}', '{0}', '{0}', '{7}',
       '{k}', '{"\\"old\\""}', '{NULL}', '{}', '{}', '{}')`,
  );
  const log = await open(schema);
  await log.append("single", [{ key: "k", value: '"new"' }]);
  const events = await log.read("single", { limit: 10 });
  expect(events.map(({ offset, value }) => [offset, value])).toEqual([
    [0, '"old"'],
    [1, '"new"'],
  ]);
  await log.close();
});

test("a topic keeps its number of partitions", async () => {
  const schema = newSchema();
  await (await open(schema, [{ name: "t", partitions: 3 }])).close();
  await expect(open(schema, [{ name: "t", partitions: 4 }])).rejects.toThrow(
    "topic 't' has 3 partitions, not 4",
  );
  const log = await open(schema, [{ name: "t", partitions: undefined }]);
  expect(log.topic("t")?.partitions).toBe(3);
  await log.close();
});

test("a reader loses nothing, whatever else goes on in the database", async () => {
  const schema = newSchema();
  const writers = await Promise.all(Array.from({ length: 5 }, () => open(schema)));
  const reader = await open(schema);
  const other = new Client(server.connection);
  await other.connect();
  // A transaction of somebody else that stays open, with an id of its own.
  await other.query("BEGIN; CREATE TEMPORARY TABLE open_for_long (id int)");
  const perWriter = 100;
  const written = Promise.all(
    writers.map(async (log, writer) => {
      for (let index = 0; index < perWriter; index++) {
        const value = JSON.stringify([writer, index]);
        const append = log.append("single", [{ key: String(writer), value }]);
        // Values that PostgreSQL refuses roll back whole batches.
        const refused = log.append("single", [{ key: "bad", value: "no JSON" }]);
        await append;
        await expect(refused).rejects.toThrow(/^the event log refuses this: /);
      }
    }),
  );
  const seen: string[] = [];
  const follow = async (): Promise<void> => {
    while (seen.length < writers.length * perWriter) {
      const events = await reader.read("single", { from: seen.length, limit: 50 });
      events.forEach(({ offset, value }, index) => {
        expect(offset).toBe(seen.length + index);
        expect(value).not.toBe("");
      });
      seen.push(...events.map(({ value }) => value));
    }
  };
  await Promise.all([written, follow()]);
  const pairs = seen.map((value) => JSON.parse(value) as [number, number]);
  for (let writer = 0; writer < writers.length; writer++) {
    const own = pairs.filter(([by]) => by === writer).map(([, index]) => index);
    expect(own).toEqual(Array.from({ length: perWriter }, (_, index) => index));
  }
  await other.end();
  await Promise.all([reader, ...writers].map((log) => log.close()));
}, 60_000);

test("appends go on when connections break, and nothing is stored twice", async () => {
  const schema = newSchema();
  const log = await open(schema);
  let isDone = false;
  const breakConnections = async (): Promise<void> => {
    while (!isDone) {
      await query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'spacer'",
      );
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const breaking = breakConnections();
  const values = Array.from({ length: 100 }, (_, index) => index);
  try {
    for (const value of values) await log.append("single", [{ key: "k", value: String(value) }]);
  } finally {
    isDone = true;
    await breaking;
  }
  await log.close();
  const after = await open(schema);
  const events = await after.read("single", { limit: 1000 });
  expect(events.map(({ value }) => Number(value))).toEqual(values);
  await after.close();
}, 60_000);

test("the last event of a key is found over many segments", async () => {
  const schema = newSchema();
  const log = await open(schema);
  await log.append("single", [{ key: "first", value: "1" }]);
  // As if three segments of other keys had come in between.
  await query(
    "UPDATE partition SET next_offset = 200000 WHERE topic_id = (SELECT id FROM topic WHERE name = 'single')",
    schema,
  );
  await log.append("single", [{ key: "last", value: "2" }]);
  expect(await log.latest("single", "first")).toMatchObject({ offset: 0, value: "1" });
  expect(await log.latest("single", "last")).toMatchObject({ offset: 200_000, value: "2" });
  expect(await log.latest("single", "none")).toBeUndefined();
  await log.close();
});

test("a server that can't be reached is named as what it is", async () => {
  const connection = { host: "127.0.0.1", port: 1, user: "nobody", database: "postgres" };
  await expect(openPostgresLog({ connection, schema: "s", topics: TOPICS })).rejects.toMatchObject({
    name: "LogError",
    message: expect.stringMatching(/^the event log can't be reached: .*ECONNREFUSED/) as string,
  });
});

test("a server that goes down while the log is opened is named as that, too", async () => {
  const schema = newSchema();
  const other = new Client(server.connection);
  await other.connect();
  await other.query("SELECT pg_advisory_lock(hashtext('spacer'), hashtext($1))", [schema]);
  const opening = expect(open(schema)).rejects.toMatchObject({
    name: "LogError",
    message: expect.stringMatching(/^the event log can't be reached: /) as string,
  });
  const terminate = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'spacer' AND wait_event_type = 'Lock'`;
  while ((await other.query(terminate)).rowCount === 0) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await opening;
  await other.end();
});
