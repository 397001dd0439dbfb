import { openPostgresLog } from "./postgresLog.ts";
import { useTestServer } from "./server.testkit.ts";
import { createTemporarySchema } from "./temporarySchema.ts";

const server = useTestServer();

async function schemas(prefix: string): Promise<readonly unknown[]> {
  const rows = await server.query("SELECT nspname FROM pg_namespace ORDER BY nspname");
  return rows.map(({ nspname }) => nspname).filter((name) => String(name).startsWith(prefix));
}

test("it begins empty, and is gone in the end", async () => {
  for (let round = 0; round < 2; round++) {
    const schema = await createTemporarySchema(server.connection, "spacer_one");
    const log = await openPostgresLog({
      connection: server.connection,
      schema: schema.name,
      topics: [{ name: "orders", partitions: undefined }],
    });
    expect(await log.read("orders", { limit: 10 })).toEqual([]);
    await log.append("orders", [{ key: "a", value: "1" }]);
    expect(await log.read("orders", { limit: 10 })).toHaveLength(1);
    await log.close();
    await schema.drop();
  }
  expect(await schemas("spacer_one")).toEqual([]);
}, 30_000);

test("those of others who live are left alone, those of the dead are dropped", async () => {
  const alive = await createTemporarySchema(server.connection, "spacer_two");
  const dead = await createTemporarySchema(server.connection, "spacer_two");
  // A schema that is no test's.
  await server.query(`CREATE SCHEMA "spacer_two"; CREATE SCHEMA "spacer_two_test_"`);
  // As when its process is killed: the session ends, nothing is dropped.
  await server.query(
    `SELECT pg_terminate_backend(pid) FROM pg_locks
     WHERE locktype = 'advisory' AND granted AND objid = (hashtext('${dead.name}')::bigint & 4294967295)::oid`,
  );
  const next = await createTemporarySchema(server.connection, "spacer_two");
  expect(await schemas("spacer_two")).toEqual(
    ["spacer_two", "spacer_two_test_", alive.name, next.name].sort(),
  );
  await Promise.all([alive.drop(), next.drop(), dead.drop()]);
  expect(await schemas("spacer_two")).toEqual(["spacer_two", "spacer_two_test_"]);
}, 30_000);

test("many at once", async () => {
  const many = await Promise.all(
    Array.from({ length: 8 }, () => createTemporarySchema(server.connection, "spacer_three")),
  );
  expect(await schemas("spacer_three")).toHaveLength(8);
  await Promise.all(many.map((schema) => schema.drop()));
  expect(await schemas("spacer_three")).toEqual([]);
}, 30_000);

test("a name that is too long is cut, not in the middle of what makes it differ", async () => {
  const prefix = `spacer_${"ä".repeat(60)}`;
  const schema = await createTemporarySchema(server.connection, prefix);
  expect(Buffer.byteLength(schema.name)).toBeLessThanOrEqual(63);
  expect(await schemas(schema.name)).toEqual([schema.name]);
  await schema.drop();
});

test("a server that can't be reached is told of", async () => {
  await expect(createTemporarySchema({ host: "127.0.0.1", port: 1 }, "spacer_x")).rejects.toThrow(
    /^no place for the topics of a test: /,
  );
});
