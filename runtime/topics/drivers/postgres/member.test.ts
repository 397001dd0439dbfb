/** What members do when others, or the database, come in between. */
import type { Client } from "pg";
import type { LogStorage } from "../../storage.ts";
import { settle, TestMember, until } from "../../groupContract/testMember.ts";
import { openPostgresLog } from "./postgresLog.ts";
import { connect, newSchema, TestProxy, useTestServer } from "./server.testkit.ts";

const TOPICS = [
  { name: "one", partitions: 4 },
  { name: "two", partitions: 4 },
];
const TIMEOUT_MS = 60_000;

const server = useTestServer();
let schema: string;
let log: LogStorage;
let members: TestMember[];

beforeEach(async () => {
  schema = newSchema();
  members = [];
  log = await openPostgresLog({ connection: server.connection, schema, topics: TOPICS });
}, TIMEOUT_MS);

afterEach(async () => {
  await Promise.all(members.map((member) => member.leave()));
  await log.close();
}, TIMEOUT_MS);

async function join(options: Partial<ConstructorParameters<typeof TestMember>[0]> = {}) {
  const member = new TestMember({ group: "g", topics: ["one"], ...options });
  members.push(member);
  return member.join(log);
}

const append = (topic: string, count: number): Promise<void> =>
  log.append(
    topic,
    Array.from({ length: count }, (_, index) => ({ key: String(index), value: String(index) })),
  );

async function ownersOf(topic: string): Promise<readonly (string | undefined)[]> {
  const group = await log.groups.describe("g");
  return (group?.partitions ?? [])
    .filter((each) => each.topic === topic)
    .map(({ member }) => member);
}

/** Whether queries that contain a text wait for a lock. */
async function waits(text: string): Promise<boolean> {
  const rows = await server.query(
    `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%${text}%'`,
  );
  return rows.length > 0;
}

test(
  "members that handle different topics leave no partition to nobody",
  async () => {
    const first = await join({ topics: ["one", "two"], name: "first" });
    await until(() => first.leases.size === 8, "all leases");
    await join({ name: "second" });
    const owners = { one: Array(4).fill("second"), two: Array(4).fill("first") };
    await until(
      async () => (await ownersOf("one")).every((owner) => owner === "second"),
      "a share",
    );
    expect({ one: await ownersOf("one"), two: await ownersOf("two") }).toEqual(owners);
  },
  TIMEOUT_MS,
);

test(
  "whoever leaves waits for what is being given back already",
  async () => {
    await append("one", 40);
    const releases = new Map<number, () => void>();
    const revoked = new Set<number>();
    const first = await join({
      name: "first",
      handle: async (delivery, lease) => {
        const { partition, offset } = delivery.event;
        if (offset === 0) {
          await new Promise<void>((resolve) => {
            releases.set(partition, resolve);
          });
        }
        settle(delivery, lease);
      },
      onRevoke: ({ partition }) => {
        revoked.add(partition);
      },
    });
    await until(() => releases.size === 4, "one event of each partition");
    const second = await join({ handle: settle });
    await until(() => revoked.size === 2, "the beginning of its giving back");
    const givenBackFirst = [...revoked];
    const left = first.leave();
    for (const [partition, release] of releases) {
      if (!givenBackFirst.includes(partition)) release();
    }
    const stillOwned = async () => (await ownersOf("one")).filter((owner) => owner === "first");
    await until(async () => (await stillOwned()).length === 2, "the others to be given back");
    for (const partition of givenBackFirst) releases.get(partition)?.();
    await left;
    await until(async () => (await log.groups.list())[0]?.lag === 0, "all events");
    // Nothing that the first has handled was delivered again.
    expect(first.deliveries.length + second.deliveries.length).toBe(40);
  },
  TIMEOUT_MS,
);

test(
  "whoever leaves gives back what it is just claiming",
  async () => {
    const other = await join({ name: "other", handle: settle });
    await until(() => other.leases.size === 4, "all leases");
    await other.leave();
    const client = await connect(server.connection, schema);
    await client.query("BEGIN; SELECT FROM lease FOR UPDATE");
    const member = await join({ name: "leaver" });
    await until(() => waits("claim_leases"), "the claim");
    const left = member.leave();
    await client.query("ROLLBACK");
    await client.end();
    await left;
    expect(await server.query("SELECT DISTINCT member FROM lease", schema)).toEqual([
      { member: null },
    ]);
    expect(member.leases.size).toBe(0);
  },
  TIMEOUT_MS,
);

test(
  "dead letters of partitions that nobody has keep none waiting",
  async () => {
    const bury = { handler: "f", attempts: 1, error: "e", traceback: undefined };
    const first = await join({
      topics: ["one", "two"],
      handle: (delivery, lease) => lease.settle(delivery, { records: [], failure: bury }),
    });
    const buried = (count: number) =>
      until(async () => (await log.groups.list())[0]?.deadLetters === count, "dead letters");
    await append("two", 1100);
    await buried(1100);
    await append("one", 1);
    await buried(1101);
    await first.leave();
    const letters = await log.groups.deadLetters({ group: "g", limit: 2000 });
    await log.groups.redrive(letters.map(({ id }) => id));
    const second = await join({ handle: settle });
    await until(() => second.deliveries.length === 1, "the dead letter");
    expect(second.deliveries[0]).toMatchObject({ event: { topic: "one" } });
  },
  TIMEOUT_MS,
);

test(
  "members that were all silent for long come back without waiting for each other",
  async () => {
    const leader = await join();
    await until(() => leader.leases.size === 4, "all leases");
    await leader.leave();
    const clients = await Promise.all(
      Array.from({ length: 6 }, () => connect(server.connection, schema)),
    );
    const beat = (client: Client, index: number): Promise<unknown> =>
      client.query("SELECT heartbeat(1, $1, 'm', '{1}', '3 s')", [
        `00000000-0000-0000-0000-00000000000${String(index)}`,
      ]);
    try {
      for (let turn = 0; turn < 10; turn++) {
        await Promise.all(clients.map(beat));
        await server.query("UPDATE member SET alive_until = '-infinity'", schema);
      }
    } finally {
      await Promise.all(clients.map((client) => client.end()));
    }
  },
  TIMEOUT_MS,
);

test(
  "a server that falls silent without a word is left for a new connection",
  async () => {
    const proxy = await TestProxy.start(server.connection);
    const patience = { query_timeout: 1000, connectionTimeoutMillis: 1000 };
    const connection = { ...server.connection, ...proxy.address, ...patience };
    const far = await openPostgresLog({ connection, schema, topics: TOPICS });
    const problems: (string | undefined)[] = [];
    const member = new TestMember({
      group: "g",
      topics: ["one"],
      handle: settle,
      onProblem: (problem) => problems.push(problem?.message),
    });
    try {
      await member.join(far);
      await append("one", 10);
      await until(() => member.deliveries.length >= 10, "events");
      proxy.silence();
      await append("one", 10);
      await until(() => member.deliveries.length >= 20, "more events");
      await until(() => problems.includes(undefined), "the word that all is well again");
      expect(problems[0]).toMatch(/timeout/);
    } finally {
      proxy.silence();
      await member.leave();
      await far.close();
      await proxy.close();
    }
  },
  TIMEOUT_MS,
);

test(
  "plans that are made while the log is small do not scan it when it is large",
  async () => {
    // PostgreSQL counts scans by table; what a connection has done is counted when it ends, at the latest.
    const scans = async (): Promise<ReadonlyMap<unknown, { seq: number; index: number }>> => {
      const rows = await server.query(
        `SELECT relname, seq_scan, coalesce(idx_scan, 0) AS idx_scan FROM pg_stat_user_tables
         WHERE schemaname = '${schema}' AND relname IN ('event', 'partition', 'lease', 'attempt')`,
      );
      return new Map(
        rows.map((row) => [
          row["relname"],
          { seq: Number(row["seq_scan"]), index: Number(row["idx_scan"]) },
        ]),
      );
    };
    const others = `SELECT FROM pg_stat_activity WHERE backend_type = 'client backend'
      AND pid <> pg_backend_pid() AND application_name <> 'spacer keep-alive'`;
    const renewConnections = async (): Promise<void> => {
      await log.close();
      await until(async () => (await server.query(others)).length === 0, "the end of connections");
      log = await openPostgresLog({ connection: server.connection, schema, topics: TOPICS });
    };
    await renewConnections();
    // Making the tables and their indexes scans them, too.
    const before = await scans();
    await append("one", 100);
    await server.query("VACUUM ANALYZE event", schema);
    const member = await join();
    for (const partition of [0, 1, 2, 3]) {
      const lease = await member.lease("one", partition);
      // Plans are kept from the sixth time on.
      for (let turn = 0; turn < 10; turn++) await member.take(lease, 1);
    }
    await log.latest("one", "7");
    await log.groups.list();
    await member.leave();
    await renewConnections();
    const after = await scans();
    const seqScans = [...after].filter(([table, { seq }]) => seq !== before.get(table)?.seq);
    expect(seqScans).toEqual([]);
    expect((after.get("event")?.index ?? 0) - (before.get("event")?.index ?? 0)).toBeGreaterThan(
      40,
    );
  },
  TIMEOUT_MS,
);
