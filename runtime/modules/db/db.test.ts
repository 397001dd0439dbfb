/** The module `db`, on a real server. */
import { LuaTable } from "../../core/table.ts";
import { encodeJson } from "../../json/index.ts";
import { useTestDatabase } from "./db.testkit.ts";

const database = useTestDatabase();
const { open, outcomeOf } = database;

beforeAll(async () => {
  await database.server.query(
    "CREATE TABLE item (id int PRIMARY KEY, name text NOT NULL, data jsonb)",
  );
});

beforeEach(async () => {
  await database.server.query("TRUNCATE item");
});

/** The one result of a program, as JSON. */
async function jsonOf(source: string): Promise<unknown> {
  const state = open();
  const [kind, value] = await outcomeOf(source, { state });
  if (kind !== "ended") return [kind, value];
  return value instanceof LuaTable ? JSON.parse(state.enter(() => encodeJson(value))) : value;
}

describe("values", () => {
  test.each([
    ["true", true],
    ["7::int2", 7],
    ["'-2147483648'::int4", -2_147_483_648],
    ["9007199254740991::int8", 9_007_199_254_740_991],
    ["9007199254740993::int8", "9007199254740993"],
    ["'-9223372036854775808'::int8", "-9223372036854775808"],
    ["1.5::float4", 1.5],
    ["0.1::float8", 0.1],
    ["'-Infinity'::float8", -Infinity],
    ["12.50::numeric", 12.5],
    ["0.000000000000123456789012345::numeric", 0.000000000000123456789012345],
    ["123456789012345.6::numeric", "123456789012345.6"],
    ["-123456789012345.6::numeric", "-123456789012345.6"],
    ["0::numeric", 0],
    ["'NaN'::numeric", NaN],
    ["count(*)", 1],
    ["sum(2)", 2],
    ["'text'", "text"],
    ["'\u00c3\u00bc\u00e2\u0082\u00ac'", "\u00c3\u00bc\u00e2\u0082\u00ac"],
    ["'\\x00ff27'::bytea", "\u0000\u00ff'"],
    ["'a'::char(3)", "a  "],
    ["timestamptz '2026-11-27 10:00:00+00' AT TIME ZONE 'UTC'", "2026-11-27 10:00:00"],
    ["date '2026-11-27'", "2026-11-27"],
    ["'5b1c1c2e-0000-4000-8000-000000000001'::uuid", "5b1c1c2e-0000-4000-8000-000000000001"],
    ["NULL::int", undefined],
    ["'null'::jsonb IS NULL", false],
  ])("SELECT %s", async (expression, expected) => {
    const source = `return assert(db.query([==[SELECT ${expression} AS x]==]))[1].x`;
    expect(await outcomeOf(source)).toEqual(["ended", expected]);
  });

  test.each([
    [
      `SELECT '{"a":[1,{"b":null}],"c":"\u00c3\u00bc"}'::json AS x`,
      [{ x: { a: [1, { b: null }], c: "\u00c3\u00bc" } }],
    ],
    ["SELECT '{1,NULL,3}'::int[] AS x", [{ x: [1, null, 3] }]],
    ["SELECT '{}'::int[] AS x", [{ x: [] }]],
    ["SELECT '[0:1]={5,6}'::int[] AS x", [{ x: [5, 6] }]],
    [
      "SELECT '{{1,2},{3,4}}'::int8[] AS x",
      [
        {
          x: [
            [1, 2],
            [3, 4],
          ],
        },
      ],
    ],
    [
      `SELECT ARRAY['a b', 'say "hi"', 'back\\slash', '', 'NULL', '{x,y}', NULL] AS x`,
      [{ x: ["a b", 'say "hi"', "back\\slash", "", "NULL", "{x,y}", null] }],
    ],
    [`SELECT ARRAY['{"a":1}'::jsonb, '[]'] AS x`, [{ x: [{ a: 1 }, {}] }]],
    ["SELECT ARRAY[true, false] AS x, 1 AS y", [{ x: [true, false], y: 1 }]],
    ["SELECT 1 AS x WHERE false", []],
    ["SELECT 1 AS x, 2 AS x", [{ x: 2 }]],
    [
      "SELECT 1 AS a; SELECT 2 AS b; CREATE TEMP TABLE t (); DELETE FROM item",
      [[{ a: 1 }], [{ b: 2 }], true, { affected_rows: 0 }],
    ],
    ["", true],
  ])("%s", async (sql, expected) => {
    expect(await jsonOf(`return assert(db.query [==[${sql}]==])`)).toEqual(expected);
  });

  test("values of Lua come back as they were", async () => {
    const source = `
      local cjson = require "cjson"
      local all = {}
      for i = 0, 255 do all[#all + 1] = string.char(i) end
      local bytes = table.concat(all)
      local row = assert(db.query([[SELECT $1::text AS text, $2::int8 AS int, $3::float8 AS float, $4::bool AS bool,
        $5::bytea AS bytes, $6::jsonb AS json, $7::int[] AS list, $8::text AS null1, $9::text AS null2, $10::jsonb AS text_json,
        $11::text[] AS texts, $12::bytea[] AS blobs, $13::int[] AS again]],
        "it's \\195\\188 \\\\ $1", 2^53 - 1, 0.1, false, db.bytea(bytes), {a = {1, 2, cjson.null}}, db.array {1, 2, db.null},
        nil, cjson.null, db.json "x", db.array {{'a"b', "c\\\\d"}, {"", "NULL"}}, db.array {db.bytea "\\0\\255"},
        assert(db.query "SELECT '{7,8}'::int[] AS a")[1].a))[1]
      assert(row.bytes == bytes)
      assert(row.json.a[3] == cjson.null and row.list[3] == db.null)
      assert(row.blobs[1] == "\\0\\255")
      return row.text, row.int, row.float, row.bool, #row.json.a, #row.list, row.null1, row.null2, row.text_json,
        row.texts[1][1], row.texts[1][2], row.texts[2][1], row.texts[2][2], row.again[2]
    `;
    expect(await outcomeOf(source)).toEqual([
      "ended",
      "it's \u00c3\u00bc \\ $1",
      2 ** 53 - 1,
      0.1,
      false,
      3,
      3,
      undefined,
      undefined,
      "x",
      'a"b',
      "c\\d",
      "",
      "NULL",
      8,
    ]);
  });

  test.each([
    [
      "db.query('SELECT $1', print)",
      "bad argument #2 to 'query' (a function is no value for a database)",
    ],
    [
      "db.query('SELECT $1', '\\255')",
      "bad argument #2 to 'query' (a string that is not UTF-8; db.bytea(s) sends bytes)",
    ],
    [
      "db.query('SELECT $1', 'a\\0b')",
      "bad argument #2 to 'query' (a zero byte, which text can't have; db.bytea(s) sends bytes)",
    ],
    ["db.query()", "bad argument #1 to 'query' (string expected, got no value)"],
    [
      "db.query('SELECT $1', {f = print})",
      "bad argument #2 to 'query' (Cannot serialise function: type not supported)",
    ],
    [
      "db.array {1, nil, 3, x = 1}",
      "bad argument #1 to 'array' (an array must be a list without holes; cjson.null stands for NULL)",
    ],
    ["db.transaction()", "bad argument #1 to 'transaction' (function expected, got no value)"],
    [
      "db.transaction(print, {isolation = 'none'})",
      "bad argument #2 to 'transaction' ('isolation' must be one of 'read committed', 'repeatable read', 'serializable')",
    ],
    [
      "db.transaction(print, {retry = 1})",
      "bad argument #2 to 'transaction' (unknown option 'retry')",
    ],
    ["db.connect().query('SELECT 1')", "not a connection; write connection:query(...)"],
    ["for row in db.rows('SELECT x') do end", 'column "x" does not exist'],
  ])("%s is an error", async (source, message) => {
    expect(await outcomeOf(`return pcall(function() ${source} end)`)).toEqual([
      "ended",
      false,
      `program:1: ${message}`,
    ]);
  });
});

describe("statements", () => {
  test("tell what they changed", async () => {
    const source = `
      local inserted = assert(db.query("INSERT INTO item VALUES ($1, $2), ($3, $4)", 1, "a", 2, "b"))
      local updated = assert(db.query("UPDATE item SET name = name || $1 RETURNING id, name", "x"))
      return inserted.affected_rows, updated.affected_rows, #updated, updated[1].name, db.query("CREATE TABLE IF NOT EXISTS item ()"),
        db.query("DELETE FROM item").affected_rows
    `;
    expect(await outcomeOf(source)).toEqual(["ended", 2, 2, 2, "ax", true, 2]);
  });

  test("that the database refuses give nil, a message and details", async () => {
    const source = `
      db.query("INSERT INTO item VALUES (1, 'a')")
      local result, message, details = db.query("INSERT INTO item VALUES ($1, $2)", 1, "secret")
      local _, _, wrong = db.query("SELECT * FROM nowhere")
      return result, message, details.code, details.constraint, details.table, details.detail, details.message == message, wrong.position
    `;
    expect(await outcomeOf(source)).toEqual([
      "ended",
      undefined,
      'duplicate key value violates unique constraint "item_pkey"',
      "23505",
      "item_pkey",
      "item",
      "Key (id)=(1) already exists.",
      true,
      15,
    ]);
  });

  test("with values are one command, and values are no SQL", async () => {
    const source = `
      local _, several = db.query("SELECT $1; DROP TABLE item", 1)
      local evil = "'; DROP TABLE item; --"
      local row = assert(db.query("SELECT $1 AS x, " .. db.escape_literal(evil) .. " AS y, 1 AS " .. db.escape_identifier('a"b'), evil))[1]
      return several, row.x == evil, row.y == evil, row['a"b'], db.query("SELECT count(*) AS n FROM item")[1].n
    `;
    expect(await outcomeOf(source)).toEqual([
      "ended",
      "cannot insert multiple commands into a prepared statement",
      true,
      true,
      1,
      0,
    ]);
  });

  test("literals mean what they were made of, whatever the server's settings", async () => {
    const source = `
      local text = "it's \\\\ a 'test' \\\\' \\195\\188"
      for _, setting in ipairs {"on", "off"} do
        local connection = assert(db.connect())
        assert(connection:query("SET standard_conforming_strings = " .. setting))
        local row = assert(connection:query("SELECT" .. connection:escape_literal(text) .. " AS x," .. db.escape_literal(1.5) .. " AS y, "
          .. db.escape_literal(true) .. " AS z, " .. db.escape_literal(nil) .. " AS n, " .. db.escape_literal(db.bytea "\\0x") .. " AS b"))[1]
        assert(row.x == text and row.y == 1.5 and row.z == true and row.n == nil and row.b == "\\0x", row.x)
        connection:release()
      end
      return "same"
    `;
    expect(await outcomeOf(source)).toEqual(["ended", "same"]);
  });
});

describe("connections", () => {
  test("end with the invocation: what was left open is rolled back, and nothing of it is left", async () => {
    const state = open({ maxConnections: 1 });
    const forgetful = `
      connection = assert(db.connect())
      assert(connection:query("SET application_name = 'forgetful'"))
      assert(connection:query("SELECT pg_advisory_lock(77)"))
      assert(connection:query("CREATE TEMP TABLE left_over (x int)"))
      assert(connection:query("BEGIN"))
      assert(connection:query("INSERT INTO item VALUES (1, 'forgotten')"))
      return "done"
    `;
    expect(await outcomeOf(forgetful, { state })).toEqual(["ended", "done"]);
    const next = `
      local row = assert(db.query([[SELECT current_setting('application_name') AS name, (SELECT count(*) FROM item) AS items,
        (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 77) AS locks, to_regclass('left_over') AS temp]]))[1]
      return row.name, row.items, row.locks, row.temp, pcall(connection.query, connection, "SELECT 1")
    `;
    expect(await outcomeOf(next, { state })).toEqual([
      "ended",
      "spacer",
      0,
      0,
      undefined,
      false,
      "the connection was given back: by the program, or because the call that asked for it has ended",
    ]);
  });

  test("are given back by three names, once", async () => {
    const source = `
      local results = {}
      for _, name in ipairs {"release", "disconnect", "keepalive"} do
        local connection = assert(db.connect())
        results[#results + 1] = connection[name](connection)
        results[#results + 1] = connection[name](connection)
      end
      return unpack(results)
    `;
    const state = open({ maxConnections: 1 });
    expect(await outcomeOf(source, { state })).toEqual([
      "ended",
      true,
      true,
      true,
      true,
      true,
      true,
    ]);
  });

  test("that nobody gives back in time are an error, not a wait for ever", async () => {
    const state = open({ maxConnections: 1, waitMs: 100 });
    const source = `
      local first = assert(db.connect())
      local second, message, details = db.connect()
      local result, same = db.query("SELECT 1")
      first:release()
      return second, message, details.code, same == message, db.query("SELECT 1 AS x")[1].x
    `;
    expect(await outcomeOf(source, { state })).toEqual([
      "ended",
      undefined,
      "no connection to the database was free within 0.1 s (pool.max is 1)",
      "53300",
      true,
      1,
    ]);
  });

  test("that can't be made are nil and a message", async () => {
    const connection = { host: "127.0.0.1", port: 1, user: "x", database: "x", password: "secret" };
    const state = open({ connection });
    const source = "local conn, message, details = db.connect() return conn, message, details.code";
    expect(await outcomeOf(source, { state })).toEqual([
      "ended",
      undefined,
      "the database can't be reached: connect ECONNREFUSED 127.0.0.1:1",
      "08001",
    ]);
  });

  test("of a light thread that is killed go on for the others", async () => {
    const source = `
      local connection = assert(db.connect())
      local started = os.clock()
      local thread = ngx.thread.spawn(function() return connection:query("SELECT pg_sleep(30)") end)
      local waiting = ngx.thread.spawn(function() return connection:query("SELECT 'never'") end)
      ngx.sleep(0.05)
      ngx.thread.kill(waiting)
      ngx.thread.kill(thread)
      return assert(connection:query("SELECT 1 AS x"))[1].x
    `;
    expect(await outcomeOf(source)).toEqual(["ended", 1]);
  });
});

test("where code can't wait, nothing is begun", async () => {
  const source = `
    local ok, message = pcall(table.sort, {1, 2}, function() return db.query("INSERT INTO item VALUES (1, 'x')") end)
    return ok, message, db.query("SELECT count(*) AS n FROM item")[1].n
  `;
  expect(await outcomeOf(source)).toEqual([
    "ended",
    false,
    "attempt to yield across C-call boundary",
    0,
  ]);
});
