/** Where the database of a project is, and what becomes of functions when it goes away. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createTestCli, waitFor, type TestCli } from "./context.testkit.ts";
import { readConfig } from "./config.ts";
import { ProjectDatabase } from "./projectDatabase.ts";

jest.setTimeout(60_000);

let cli: TestCli;

beforeEach(async () => {
  cli = createTestCli();
  await cli.run("init", "shop");
  cli.clear();
});

afterEach(() => {
  cli.dispose();
});

function configure(...lines: readonly string[]): void {
  cli.write(
    "shop/config/application.yml",
    ["spacerVersion: 1", "appName: shop", ...lines, ""].join("\n"),
  );
}

function databaseFor(environment: string, env: Record<string, string> = {}): ProjectDatabase {
  const root = join(cli.cwd, "shop");
  return new ProjectDatabase({ root, config: readConfig(root, env), environment, env });
}

/** Message and hint of what the settings of production are refused with. */
function problemOf(lines: readonly string[], env: Record<string, string> = {}): string {
  configure(...lines);
  try {
    databaseFor("production", env);
  } catch (thrown) {
    const { message, hint } = thrown as { message: string; hint?: string };
    return `${message} / ${hint ?? ""}`;
  }
  return "fine";
}

test.each([
  [["database: {production: {host: db, database: shop, user: shop}}"], {}, "fine"],
  [["database: {production: {connString: 'postgres://shop@db/shop'}}"], {}, "fine"],
  [[], { SPACER_DATABASE_CONN_STRING: "postgres://shop:a%20b@db/shop" }, "fine"],
  [
    [],
    { SPACER_DATABASE_HOST: "db", SPACER_DATABASE_USER: "a", SPACER_DATABASE_DATABASE: "b" },
    "fine",
  ],
  [[], {}, "fine"],
  [
    ["database: {production: {host: db, user: shop}}"],
    {},
    "database.production has no database / write database: shop, or give connString",
  ],
  [
    [],
    { SPACER_DATABASE_DATABASE: "shop" },
    "database.production has no user / write user: shop, or give connString",
  ],
  [
    ["database: {production: {connString: 'postgres://shop@db/shop', port: 5433}}"],
    {},
    "database.production has both connString and port / the URL says all of it: write postgres://user@host:port/database",
  ],
  [
    ["database: {production: {connString: db.example.com}}"],
    {},
    /^database\.production\.connString is no URL of PostgreSQL \/ write it as in postgres:/,
  ],
  [
    ["database: {production: {ssl: {ca: gone.pem}, database: shop, user: shop}}"],
    {},
    /^database\.production\.ssl\.ca: can't read gone\.pem: no such file/,
  ],
  [
    [],
    { SPACER_DATABASE_PORT: "many" },
    "environment variable SPACER_DATABASE_PORT: database.port: must be a whole number from 1 to 65535 / ",
  ],
  [
    [],
    { SPACER_DATABASE_POOL_MAX: "0" },
    "environment variable SPACER_DATABASE_POOL_MAX: database.pool.max: must be a whole number from 1 to 1000 / ",
  ],
] as const)("%j with %j: %s", (lines, env, expected) => {
  const problem = problemOf(lines, env);
  if (typeof expected === "string") expect(problem).toBe(expected);
  else expect(problem).toMatch(expected);
});

test("an unknown key is refused, with what it may mean", () => {
  configure("database: {production: {hots: db}}");
  expect(() => readConfig(join(cli.cwd, "shop"), {})).toThrow(
    "config/application.yml:3: unknown key 'hots' in 'database.production'",
  );
});

test("production says what it needs when a function asks for the database", async () => {
  cli.write("shop/a.lua", `print(require("db").connect())`);
  const { env } = cli.context;
  const context = {
    ...cli,
    context: { ...cli.context, env: { ...env, SPACER_ENV: "production" } },
  };
  expect(await runWith(context, "run", "--project", "shop", "a.lua")).toBe(0);
  expect(cli.out).toMatch(
    /^nil\tin production functions need a database of their own \(give database\.production in config\/application\.yml, .*\)\ttable: /,
  );
});

async function runWith({ context }: Pick<TestCli, "context">, ...words: readonly string[]) {
  const { runCli } = await import("./runCli.ts");
  return runCli(words, context);
}

test("outside of a project there is none", async () => {
  cli.write("a.lua", `print(require("db").query("SELECT 1"))`);
  expect(await cli.run("run", "a.lua")).toBe(0);
  expect(cli.out).toMatch(
    /^nil\tthere is no database: only projects have one \(spacer run --project\)\t/,
  );
});

test("a program has the project's own database, and leaves nothing running; tests have another one", async () => {
  cli.write(
    "shop/a.lua",
    `local db = require "db"
     local connection = assert(db.connect())
     assert(connection:query "CREATE TABLE note (text text)")
     assert(connection:query("INSERT INTO note VALUES ($1)", "kept"))
     assert(connection:query "BEGIN")
     assert(connection:query "DELETE FROM note")
     print(connection:query("SELECT current_database() AS name")[1].name)`,
  );
  cli.write(
    "shop/b.lua",
    `for row in require("db").rows "SELECT * FROM note" do print(row.text) end`,
  );
  cli.write(
    "shop/test/test_note.lua",
    `local luaunit = require "luaunit"
     function testNone()
       luaunit.assertEquals(require("db").query("SELECT to_regclass('note') AS found")[1].found, nil)
     end
     os.exit(luaunit.LuaUnit.run())`,
  );
  expect([await cli.run("run", "--project", "shop", "a.lua"), cli.err]).toEqual([0, ""]);
  expect([await cli.run("run", "--project", "shop", "b.lua"), cli.err]).toEqual([0, ""]);
  expect(cli.out).toBe("functions_development\nkept\n");
  expect([await cli.run("test", "shop", "test_note"), cli.err]).toEqual([0, ""]);
});

test("a server that is killed takes along what runs, and no more", async () => {
  const database = databaseFor("development");
  const opened = await database.open();
  const session = await opened.connect();
  const idle = await opened.connect();
  idle.release();
  const running = session.run({ text: "SELECT pg_sleep(60)", parameters: [] }).results;
  const outcome = running.then(
    () => "done",
    (error: unknown) => (error as Error).message,
  );
  const [pid] = readFileSync(join(cli.cwd, "shop/.spacer/postgres/postmaster.pid"), "utf8").split(
    "\n",
  );
  process.kill(Number(pid), "SIGKILL");
  expect(await outcome).toMatch(/^the connection to the database was lost|^terminating connection/);
  session.release();
  let text: string | null | undefined;
  await waitFor(
    async () => {
      const next = await opened.connect().catch(() => undefined);
      const results = await next
        ?.run({ text: "SELECT 'back'", parameters: [] })
        .results.catch(() => undefined);
      next?.release();
      text = results?.[0]?.rows[0]?.[0];
      return text !== undefined;
    },
    () => "the database did not come back",
    30_000,
  );
  expect(text).toBe("back");
  await database.close();
  await expect(database.open()).rejects.toThrow("the database was closed");
});

test("limits alone are for the project's own database", async () => {
  configure("database: {development: {pool: {max: 1, wait: 100ms}, statementTimeout: 200ms}}");
  const database = databaseFor("development");
  const opened = await database.open();
  const session = await opened.connect();
  await expect(opened.connect()).rejects.toThrow("pool.max is 1");
  const slow = session.run({ text: "SELECT pg_sleep(20)", parameters: [] }).results;
  await expect(slow).rejects.toThrow("statement timeout");
  session.release();
  await database.close();
});

test("in production they do not say where it is", async () => {
  configure("database: {production: {pool: {max: 1}}}");
  await expect(databaseFor("production").open()).rejects.toThrow(
    "in production functions need a database of their own",
  );
});

test("requests keep the database that they began with when the settings change", async () => {
  configure("gateway: {timeout: 20s}", "database: {development: {pool: {max: 1}}}");
  cli.write("shop/app/gateway.lua", `return {{"GET", "/slow", "slow"}, {"GET", "/fast", "fast"}}`);
  cli.write(
    "shop/app/slow.lua",
    `local db = require "db"
     return function()
       assert(db.query "SELECT pg_sleep(1)")
       ngx.sleep(0.5)
       return assert(db.query "SELECT 'kept' AS text")[1].text
     end`,
  );
  cli.write(
    "shop/app/fast.lua",
    `return function() return assert(require("db").query "SHOW statement_timeout")[1].statement_timeout end`,
  );
  const ended = cli.run("dev", "shop", "--port", "0");
  const url = () => /serving on (http:\S+)/.exec(cli.out)?.[1];
  await waitFor(
    () => url() !== undefined,
    () => cli.out + cli.err,
    30_000,
  );
  const get = async (path: string) => (await fetch((url() ?? "") + path)).text();
  expect((await get("/fast")).trim()).toBe('{"data":"0"}');
  const slow = get("/slow");
  await new Promise((resolve) => setTimeout(resolve, 300));
  configure(
    "gateway: {timeout: 20s}",
    "database: {development: {pool: {max: 1}, statementTimeout: 7s}}",
  );
  await waitFor(
    async () => (await get("/fast")).trim() === '{"data":"7s"}',
    () => cli.out + cli.err,
    30_000,
  );
  expect((await slow).trim()).toBe('{"data":"kept"}');
  cli.interrupt();
  await ended;
});

test("what is in use is ended when the database is closed", async () => {
  const database = databaseFor("development");
  const opened = await database.open();
  const session = await opened.connect();
  const running = session.run({ text: "SELECT pg_sleep(60)", parameters: [] }).results;
  running.catch(() => undefined);
  await database.close();
  await expect(running).rejects.toThrow("the connection to the database was lost");
});
