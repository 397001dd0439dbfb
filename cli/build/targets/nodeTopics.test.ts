/** The topics of a project that was built: its triggers, schedules, append endpoint and database, on PostgreSQL. */
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { createTestCli, waitFor, type TestCli } from "../../context.testkit.ts";
import { openEmbeddedPostgres } from "../../embeddedPostgres/index.ts";
import { buildForNode, serveBundle, type ServedBundle } from "./node.testkit.ts";

jest.setTimeout(120_000);

let cli: TestCli;
let postgres: Awaited<ReturnType<typeof openEmbeddedPostgres>>;
let bundle: ServedBundle;

const APP: Readonly<Record<string, string>> = {
  "app/gateway.lua": `return {{"POST", "/orders", "add"}, {"GET", "/mails", "mails"}, {"GET", "/sum", "sum"}}`,
  "app/add.lua": `local topics = require "topics"
    return function (args) return topics.append("orders", {[args.id] = {what = args.what}}) end`,
  "app/confirm.lua": `local topics = require "topics"
    return function (order, event)
      if order.what == "nothing" then error("there is nothing to confirm") end
      topics.append("mails", {[event.key] = "bought " .. order.what})
    end`,
  "app/mails.lua": `local topics = require "topics"
    return function ()
      local texts = {}
      for i, event in ipairs(topics.read("mails")) do texts[i] = event.value end
      table.sort(texts)
      return table.concat(texts, ", ")
    end`,
  "app/sum.lua": `local db = require "db"
    return function () return db.query("SELECT 1 + $1::int AS sum", 2)[1].sum end`,
  "config/application.yml": `spacerVersion: 1
appName: shop
topics: [orders, mails, ticks]
events:
  orders: {APPEND: [confirm], attempts: 1}
  ticks: {APPEND: [private/tick]}
schedules:
  - {cron: "* * * * * *", topic: ticks, key: clock}
writeProxyListen: "127.0.0.1:0"
`,
  "app/private/tick.lua": `return function (_, event) print("tick of " .. event.key) end`,
};

beforeAll(async () => {
  cli = createTestCli();
  chmodSync(cli.cwd, 0o755);
  for (const [path, text] of Object.entries(APP)) cli.write(path, text);
  postgres = await openEmbeddedPostgres({ root: cli.cwd });
  const { host = "", port = 5432, user = "", database = "" } = postgres.connection;
  const url = `postgres://${user}@${encodeURIComponent(host)}:${String(port)}/${database}`;
  const out = join(cli.cwd, "dist");
  await buildForNode(cli.cwd, out);
  bundle = await serveBundle(out, {
    cwd: cli.cwd,
    env: {
      SPACER_LOG_STORAGE: JSON.stringify({ production: { driver: "postgres", connString: url } }),
      SPACER_DATABASE_CONN_STRING: url,
    },
  });
});

afterAll(async () => {
  await bundle.stop("SIGKILL");
  await postgres.close();
  cli.dispose();
});

async function call(path: string, body?: object): Promise<unknown> {
  const init = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  const url = `http://127.0.0.1:${String(bundle.port)}${path}`;
  const reply = await fetch(url, body === undefined ? {} : init);
  return await reply.json();
}

test("events run their functions, and those that fail are told in lines of Lua", async () => {
  expect(await call("/orders", { id: "a", what: "a book" })).toHaveProperty("data");
  await call("/orders", { id: "b", what: "nothing" });
  await waitFor(
    async () => JSON.stringify(await call("/mails")) === '{"data":"bought a book"}',
    bundle.output,
    30_000,
  );
  await waitFor(() => bundle.output().includes("nothing to confirm"), bundle.output);
  expect(bundle.output()).toContain("app/confirm.lua:3: there is nothing to confirm");
});

test("schedules append", async () => {
  await waitFor(() => bundle.output().includes("tick of clock"), bundle.output, 30_000);
});

test("other programs append", async () => {
  const [url = ""] = /(?<=append to topics on )\S+/.exec(bundle.output()) ?? [];
  const body = JSON.stringify({ topic: "orders", entries: { c: { what: "a pen" } } });
  const reply = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  expect(reply.status).toBe(200);
  await waitFor(
    async () => JSON.stringify(await call("/mails")).includes("bought a pen"),
    bundle.output,
    30_000,
  );
});

test("functions ask the database", async () => {
  expect(await call("/sum")).toEqual({ data: 3 });
});

test("it ends when it is told to", async () => {
  expect(await bundle.stop()).toBe(0);
});
