/** Transactions and rows, on a real server. */
import { useTestDatabase } from "./db.testkit.ts";

const database = useTestDatabase();
const { open, outcomeOf } = database;

beforeAll(async () => {
  await database.server.query(
    "CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL CHECK (balance >= 0))",
  );
});

beforeEach(async () => {
  await database.server.query("TRUNCATE account");
  await database.server.query("INSERT INTO account VALUES (1, 100), (2, 0)");
});

/** On one line, lest it count in messages. */
const BALANCES = [
  "local function balances()",
  "local list = {}",
  'for _, row in ipairs(assert(db.query "SELECT balance FROM account ORDER BY id")) do list[#list + 1] = row.balance end',
  'return table.concat(list, " ") end',
].join(" ");

/** What a program gives, in which `balances()` tells those of all accounts. */
async function resultOf(source: string, preempter?: () => boolean): Promise<readonly unknown[]> {
  return outcomeOf(`${BALANCES} ${source}`, { state: open({ maxConnections: 2 }, preempter) });
}

describe("transactions", () => {
  test("are committed when the function returns, with what it returned", async () => {
    const source = `
      local a, b, c = db.transaction(function(tx)
        assert(tx:query("UPDATE account SET balance = balance - $1 WHERE id = 1", 30))
        assert(tx:query("UPDATE account SET balance = balance + $1 WHERE id = 2", 30))
        assert(balances() == "100 0")
        return "moved", nil, 30
      end)
      return a, b, c, balances()
    `;
    expect(await resultOf(source)).toEqual(["ended", "moved", undefined, 30, "70 30"]);
  });

  test("that fail are rolled back: by an error, which is raised again, or by nil and a message", async () => {
    const source = `
      local problem = {}
      local function failing(how)
        return function(tx)
          assert(tx:query("UPDATE account SET balance = 1"))
          return how()
        end
      end
      local ok, err = pcall(db.transaction, failing(function() error(problem) end))
      local ok2, err2 = pcall(db.transaction, failing(function() ngx.sleep(0.001) error("late") end))
      local ok3, err3 = pcall(db.transaction, failing(function() local x = nil; return x.y end))
      local value, message = db.transaction(failing(function() return nil, "no money" end))
      local nothing = db.transaction(failing(function() end))
      return ok, err == problem, ok2, err2, ok3, err3, value, message, nothing, balances()
    `;
    expect(await resultOf(source)).toEqual([
      "ended",
      false,
      true,
      false,
      "program:10: late",
      false,
      "program:11: attempt to index local 'x' (a nil value)",
      undefined,
      "no money",
      undefined,
      "1 1",
    ]);
  });

  test("tell of an error that the function did not look at", async () => {
    const source = `
      local result, message, details = db.transaction(function(tx)
        tx:query("UPDATE account SET balance = 7 WHERE id = 2")
        tx:query("UPDATE account SET balance = -1 WHERE id = 1")
        tx:query("UPDATE account SET balance = 8 WHERE id = 2")
        return "all is well"
      end)
      return result, message, details.code, balances()
    `;
    expect(await resultOf(source)).toEqual([
      "ended",
      undefined,
      'the transaction was rolled back: new row for relation "account" violates check constraint "account_balance_check"',
      "23514",
      "100 0",
    ]);
  });

  test("within transactions are savepoints", async () => {
    const source = `
      local results = {}
      db.transaction(function(tx)
        tx:query "UPDATE account SET balance = 50 WHERE id = 1"
        results[1] = select(2, pcall(tx.transaction, tx, function(inner)
          assert(inner == tx)
          inner:query "UPDATE account SET balance = 51 WHERE id = 1"
          error "inner"
        end))
        results[2] = select(2, tx:transaction(function() return tx:query "UPDATE account SET balance = -1" end))
        results[3] = select(2, tx:transaction(function() tx:query "UPDATE account SET balance = -1" return "well" end))
        results[4] = tx:transaction(function()
          tx:query "UPDATE account SET balance = 52 WHERE id = 2"
          tx:transaction(function() tx:query "UPDATE account SET balance = 53 WHERE id = 2" return nil, "no" end)
          return "kept"
        end)
      end)
      return results[1], results[2], results[3], results[4], balances()
    `;
    const refused =
      'new row for relation "account" violates check constraint "account_balance_check"';
    expect(await resultOf(source)).toEqual([
      "ended",
      "program:8: inner",
      refused,
      `the transaction was rolled back: ${refused}`,
      "kept",
      "50 52",
    ]);
  });

  test("on a connection that one has, and that goes on behind them", async () => {
    const source = `
      local connection = assert(db.connect())
      assert(connection:query "SET application_name = 'mine'")
      local name = connection:transaction(function(tx)
        assert(tx == connection)
        return tx:query("SELECT current_setting('application_name') AS x")[1].x
      end)
      pcall(connection.transaction, connection, function() error "x" end)
      return name, connection:query("SELECT 1 AS x")[1].x, connection:query("SHOW application_name")[1].application_name
    `;
    expect(await resultOf(source)).toEqual(["ended", "mine", 1, "mine"]);
  });

  test("are used no more when they are over", async () => {
    const source = `
      local kept
      db.transaction(function(tx) kept = tx end)
      local ok, message = pcall(kept.query, kept, "SELECT 1")
      local released = {db.transaction(function(tx) tx:query "UPDATE account SET balance = 1" tx:release() return "?" end)}
      return ok, message, released[1], released[2], balances()
    `;
    expect(await resultOf(source)).toEqual([
      "ended",
      false,
      "the connection was given back: by the program, or because the call that asked for it has ended",
      undefined,
      "the transaction was rolled back: the connection was given back",
      "100 0",
    ]);
  });

  test("begin again when another one got in their way, as often as is wished", async () => {
    const source = `
      local tries = 0
      local function rival() assert(db.query "UPDATE account SET balance = balance + 1 WHERE id = 1") end
      local function work(times)
        return function(tx)
          tries = tries + 1
          local before = assert(tx:query "SELECT balance FROM account WHERE id = 1")[1].balance
          if tries <= times then rival() end
          assert(tx:query("UPDATE account SET balance = $1 WHERE id = 1", before * 2))
          return tries
        end
      end
      local done = db.transaction(work(2), {isolation = "serializable", retries = 2})
      tries = 0
      local ok, message = pcall(db.transaction, work(9), {isolation = "serializable", retries = 2})
      return done, ok, message, tries, balances()
    `;
    expect(await resultOf(source)).toEqual([
      "ended",
      3,
      false,
      "program:9: could not serialize access due to concurrent update",
      3,
      "207 0",
    ]);
  });

  test("have the modes that are asked for", async () => {
    const source = `
      local level = db.transaction(function(tx) return tx:query("SHOW transaction_isolation")[1].transaction_isolation end,
        {isolation = "repeatable read", read_only = true})
      local _, message = db.transaction(function(tx) return tx:query "UPDATE account SET balance = 1" end, {read_only = true})
      return level, message
    `;
    expect(await resultOf(source)).toEqual([
      "ended",
      "repeatable read",
      "cannot execute UPDATE in a read-only transaction",
    ]);
  });

  test("go through coroutines, pcall and light threads", async () => {
    const source = `
      local steps = {}
      local routine = coroutine.wrap(function()
        return db.transaction(function(tx)
          coroutine.yield(tx:query("SELECT 1 AS x")[1].x)
          tx:query "UPDATE account SET balance = 5 WHERE id = 2"
          coroutine.yield "updated"
          return "committed"
        end)
      end)
      for i = 1, 3 do steps[i] = routine() end
      local threads = {}
      for i = 1, 10 do
        threads[i] = ngx.thread.spawn(function()
          return db.transaction(function(tx)
            local balance = tx:query("SELECT balance FROM account WHERE id = 1 FOR UPDATE")[1].balance
            tx:query("UPDATE account SET balance = $1 WHERE id = 1", balance - 1)
            return balance
          end)
        end)
      end
      for i = 1, 10 do assert(ngx.thread.wait(threads[i])) end
      return steps[1], steps[2], steps[3], balances()
    `;
    const expected = ["ended", 1, "updated", "committed", "90 5"];
    expect(await resultOf(source)).toEqual(expected);
  });

  test("notice nothing of suspensions at random", async () => {
    let turn = 0;
    const source = `
      local sum = 0
      for i = 1, 5 do
        pcall(db.transaction, function(tx)
          assert(tx:query("UPDATE account SET balance = balance - $1 WHERE id = 1", i))
          for row in tx:rows("SELECT generate_series(1, $1::int) AS n", i) do sum = sum + row.n end
          if i % 2 == 0 then error "even" end
        end)
      end
      return sum, balances()
    `;
    expect(await resultOf(source, () => turn++ % 3 === 0)).toEqual(["ended", 35, "91 0"]);
    expect(turn).toBeGreaterThan(20);
  });

  test("end in nothing when the invocation does", async () => {
    const state = open({ maxConnections: 1 });
    const source = `db.transaction(function(tx) tx:query "UPDATE account SET balance = 1" ngx.sleep(60) end)`;
    const limits = { cpuMs: 1000, timeoutMs: 100 };
    expect(await outcomeOf(source, { state, limits })).toMatchObject([
      "failed",
      { reason: "time" },
    ]);
    expect(await outcomeOf(`${BALANCES} return balances()`, { state })).toEqual(["ended", "100 0"]);
  });
});

describe("rows", () => {
  test.each([
    ["db.rows", ""],
    ["connection:rows", "local connection = assert(db.connect()) "],
    ["tx:rows", "return db.transaction(function(tx) "],
  ])("%s gives all of them, in their order, some at a time", async (call, before) => {
    const source = `${before}
      local count, sum, most = 0, 0, 0
      for row in ${call}("SELECT n, repeat('x', 10000) AS text FROM generate_series(1, $1::int) AS n", 1050) do
        count = count + 1
        sum = sum + row.n
        assert(row.n == count and #row.text == 10000)
      end
      local none = 0
      for row in ${call}("SELECT 1 WHERE false") do none = none + 1 end
      return count, sum, none ${before.startsWith("return") ? "end)" : ""}
    `;
    expect(await resultOf(source)).toEqual(["ended", 1050, 551_775, 0]);
  });

  test("are fetched only as the loop gets on, and leave no transaction when it is left", async () => {
    const source = `
      assert(db.query "CREATE SEQUENCE counter")
      local seen = 0
      for row in db.rows "SELECT nextval('counter') FROM generate_series(1, 100000)" do
        seen = seen + 1
        if seen == 150 then break end
      end
      local counted = db.query("SELECT last_value AS n FROM counter")[1].n
      db.query "DROP SEQUENCE IF EXISTS counter"
      return seen, counted < 1000
    `;
    // The sequence is locked by the loop that was left, until its connection is given back.
    const closing = source
      .replace("for row in db.rows", "local next_row, rows = db.rows")
      .replace(" do\n        seen", "\n      for row in next_row, rows do\n        seen")
      .replace("local counted", "rows:close() rows:close()\n      local counted");
    expect(await resultOf(closing)).toEqual(["ended", 150, true]);
  });

  test("on a connection leave it free for other statements", async () => {
    const source = `
      local connection = assert(db.connect())
      for row in connection:rows "SELECT id FROM account ORDER BY id" do
        assert(connection:query("UPDATE account SET balance = 10 * $1 WHERE id = $1", row.id))
        if row.id == 2 then break end
      end
      assert(connection:query "INSERT INTO account VALUES (3, 3)")
      connection:release()
      return balances()
    `;
    expect(await resultOf(source)).toEqual(["ended", "10 20 3"]);
  });

  test("are raised as errors when something fails on the way, and the connection is free again", async () => {
    const source = `
      local seen = 0
      for _ = 1, 3 do
        local ok, message = pcall(function()
          for row in db.rows("SELECT 1 / (250 - n) AS x FROM generate_series(1, 1000) AS n") do seen = seen + 1 end
        end)
        assert(not ok and message == "program:5: division by zero", message)
      end
      local ok, message = pcall(db.rows, "SELECT 1; DROP TABLE account")
      local ok2, message2 = pcall(db.rows, "INSERT INTO account VALUES (9, 9)")
      return seen, message, message2, balances()
    `;
    const state = open({ maxConnections: 1 });
    expect(await outcomeOf(`${BALANCES} ${source}`, { state })).toEqual([
      "ended",
      600,
      "program:9: cannot insert multiple commands into a prepared statement",
      'program:10: syntax error at or near "INSERT"',
      "100 0",
    ]);
  });

  test("go through coroutines", async () => {
    const source = `
      local function evens()
        return coroutine.wrap(function()
          for row in db.rows "SELECT n FROM generate_series(1, 300) AS n" do
            if row.n % 2 == 0 then coroutine.yield(row.n) end
          end
        end)
      end
      local count = 0
      for n in evens() do count = count + 1 end
      return count
    `;
    expect(await resultOf(source)).toEqual(["ended", 150]);
  });
});
