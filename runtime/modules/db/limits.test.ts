/** Many statements at once, and statements that nobody waits for any more. */
import { endOf, start, useTestDatabase } from "./db.testkit.ts";

const database = useTestDatabase();
const { open, outcomeOf } = database;

beforeAll(async () => {
  await database.server.query("CREATE TABLE item (id int PRIMARY KEY, name text NOT NULL)");
});

test("a thousand statements take turns on a few connections, and each gets its own result", async () => {
  const source = `
    local threads, connections, count = {}, {}, 0
    for i = 1, 1000 do
      threads[i] = ngx.thread.spawn(function()
        return assert(db.query("SELECT $1::int AS i, pg_backend_pid() AS pid, pg_sleep(0.001)", i))[1]
      end)
    end
    for i = 1, 1000 do
      local ok, row = ngx.thread.wait(threads[i])
      assert(ok and row.i == i)
      if not connections[row.pid] then count = count + 1 end
      connections[row.pid] = true
    end
    return count
  `;
  const state = open({ maxConnections: 4, waitMs: 60_000 });
  expect(await outcomeOf(source, { state })).toEqual(["ended", 4]);
}, 60_000);

describe("limits", () => {
  test("the deadline of an invocation stops its statement in the database, and frees the connection", async () => {
    const state = open({ maxConnections: 1 });
    const sleep = "db.query \"INSERT INTO item SELECT 1, 'x' FROM pg_sleep(60)\"";
    const run = start(state, sleep, { cpuMs: 1000, timeoutMs: 200 });
    expect(await endOf(run)).toMatchObject(["failed", { reason: "time" }]);
    const source = `
      local running = assert(db.query("SELECT count(*) AS n FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND state = 'active' AND pid <> pg_backend_pid()"))
      return running[1].n, db.query("SELECT count(*) AS n FROM item")[1].n
    `;
    expect(await outcomeOf(source, { state })).toEqual(["ended", 0, 0]);
  });

  test("who is stopped while waiting for a connection does not keep it", async () => {
    const state = open({ maxConnections: 1 });
    const holder = start(state, "local c = assert(db.connect()) ngx.sleep(0.3) return 'held'");
    const limits = { cpuMs: 1000, timeoutMs: 50 };
    const stopped = [
      "db.query 'SELECT 1'",
      "db.connect()",
      "db.rows 'SELECT 1'",
      "db.transaction(function() end)",
    ].map((source) => start(state, source, limits));
    for (const run of stopped)
      expect(await endOf(run)).toMatchObject(["failed", { reason: "time" }]);
    expect(await endOf(holder)).toEqual(["ended", "held"]);
    expect(await outcomeOf("return db.query('SELECT 1 AS x')[1].x", { state })).toEqual([
      "ended",
      1,
    ]);
  });

  test("rows are read and made on the CPU budget, and the statement is stopped in the database", async () => {
    const state = open({ maxConnections: 1, maxResultBytes: Infinity });
    const limits = { cpuMs: 300, timeoutMs: 60_000 };
    for (const query of ["db.query", "assert(db.connect()):query"]) {
      const source = `pcall(function() ${query} "SELECT generate_series(1, 100000000) AS i, 'x' AS x" end)`;
      const run = start(state, source, limits);
      const [how, error] = await endOf(run);
      expect([how, error]).toMatchObject(["failed", { reason: "cpu" }]);
      expect((error as { message: string }).message).toMatch(
        /:1: the CPU budget of 300 ms is used up$/,
      );
    }
    const source = `
      local running = assert(db.query("SELECT count(*) AS n FROM pg_stat_activity WHERE query LIKE '%generate_series%' AND state = 'active' AND pid <> pg_backend_pid()"))
      return running[1].n
    `;
    expect(await outcomeOf(source, { state })).toEqual(["ended", 0]);
  });

  test("a result may take so much memory, and what is more is refused", async () => {
    const state = open({ maxConnections: 1, maxResultBytes: 2 ** 20 });
    const message =
      "the result takes more than 1 MB (database.maxResult): select less, or go through it with db.rows";
    const large = "SELECT repeat('x', 100000) AS x FROM generate_series(1, 20)";
    const refused = `local r, message, details = db.query "${large}" return r, message, details.code`;
    expect(await outcomeOf(refused, { state })).toEqual(["ended", undefined, message, "54000"]);
    const several = `local r, message = db.query "SELECT 1; ${large}; SELECT 2" return message`;
    expect(await outcomeOf(several, { state })).toEqual(["ended", message]);
    const rows = `local count = 0 for row in db.rows "SELECT 1 FROM generate_series(1, 20000)" do count = count + 1 end return count`;
    expect(await outcomeOf(rows, { state })).toEqual(["ended", 20_000]);
    const transaction = `
      local r, message = db.transaction(function(tx)
        assert(tx:query "INSERT INTO item VALUES (1, 'x')")
        return tx:query "${large}"
      end)
      return message, #db.query("SELECT * FROM item")`;
    expect(await outcomeOf(transaction, { state })).toEqual(["ended", message, 0]);
    expect(
      await outcomeOf(`return #db.query("SELECT repeat('x', 900000) AS x")[1].x`, { state }),
    ).toEqual(["ended", 900_000]);
  });

  test("the server ends what takes longer than its statement timeout", async () => {
    const state = open({ statementTimeoutMs: 50 });
    const source =
      "local r, message, details = db.query 'SELECT pg_sleep(30)' return message, details.code";
    expect(await outcomeOf(source, { state })).toEqual([
      "ended",
      "canceling statement due to statement timeout",
      "57014",
    ]);
  });
});
