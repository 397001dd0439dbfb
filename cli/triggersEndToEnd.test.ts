/** A project with a trigger, as processes: everything is killed, and nothing is lost. */
import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createTestCli, waitFor, type TestCli } from "./context.testkit.ts";

let cli: TestCli;
const servers = new Set<ChildProcess>();

beforeEach(async () => {
  cli = createTestCli();
  await cli.run("init", "shop");
  // When root runs this, the database server runs as somebody else, who is to reach its data.
  chmodSync(join(cli.cwd, "shop"), 0o755);
  cli.write(
    "shop/app/gateway.lua",
    `return {{"POST", "/orders", "add"}, {"GET", "/mails", "mails"}}`,
  );
  cli.write(
    "shop/app/add.lua",
    `local topics = require "topics"
     return function (args) return topics.append("orders", {[args.id] = {what = args.what}}) end`,
  );
  cli.write(
    "shop/app/mails.lua",
    `local topics = require "topics"
     return function ()
       local texts = {}
       for i, event in ipairs(topics.read("mails")) do texts[i] = event.value end
       table.sort(texts)
       return table.concat(texts, ", ")
     end`,
  );
  writeHandler("bought");
  configure("orders: {APPEND: [confirm]}");
  cli.clear();
});

afterEach(async () => {
  for (const server of servers) server.kill("SIGKILL");
  servers.clear();
  await killDatabase();
  cli.dispose();
});

function configure(...events: readonly string[]): void {
  const lines = ["spacerVersion: 1", "appName: shop", "topics: [orders, mails]", "events:"];
  cli.write(
    "shop/config/application.yml",
    [...lines, ...events.map((line) => `  ${line}`), ""].join("\n"),
  );
}

function writeHandler(verb: string): void {
  cli.write(
    "shop/app/confirm.lua",
    `local topics = require "topics"
     return function (order, event)
       -- Whoever is killed while it works does it again.
       topics.append("mails", {[event.key] = "${verb} " .. order.what}, {idempotencyKey = "${verb} " .. event.key})
       return "${verb}"
     end`,
  );
}

interface Server {
  readonly url: string;
  readonly output: () => string;
  readonly ended: Promise<unknown>;
  kill(): Promise<void>;
}

/** Starts `spacer` in a process; resolves when it serves. */
async function serve(command: "dev" | "start"): Promise<Server> {
  const [program = "", ...words] = cli.context.self;
  const child = spawn(program, [...words, command, "shop", "--port", "0"], {
    cwd: cli.cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  servers.add(child);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = new Promise<unknown>((resolve) => {
    child.on("exit", (code, signal) => {
      servers.delete(child);
      resolve(code ?? signal);
    });
  });
  await waitFor(
    () => output.includes("serving"),
    () => output,
    30_000,
  );
  return {
    url: /http:\/\/localhost:\d+/.exec(output)?.[0] ?? "",
    output: () => output,
    ended,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function order(url: string, id: string, what: string): Promise<string> {
  const body = JSON.stringify({ id, what });
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/orders`, { method: "POST", body, headers });
  return (await response.text()).trimEnd();
}

async function untilMails({ url, output }: Server, texts: string): Promise<void> {
  let last = "";
  await waitFor(
    async () => {
      last = (await (await fetch(`${url}/mails`)).text()).trimEnd();
      return last === JSON.stringify({ data: texts });
    },
    () => `${last}\n${output()}`,
    20_000,
  );
}

/** As a power cut. */
async function killDatabase(): Promise<void> {
  if (!existsSync(postmasterFile())) return;
  const pid = Number(/^\d+/.exec(readFileSync(postmasterFile(), "utf8"))?.[0]);
  process.kill(pid, "SIGKILL");
  await waitFor(
    () => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    },
    () => "the database server is still there",
  );
}

const postmasterFile = (): string => join(cli.cwd, "shop/.spacer/postgres/postmaster.pid");

test("after kill -9 of everything all goes on, and can be replayed", async () => {
  const first = await serve("dev");
  expect(await order(first.url, "1", "tea")).toBe('{"data":"ok"}');
  await untilMails(first, "bought tea");
  expect(await order(first.url, "2", "coffee")).toBe('{"data":"ok"}');
  expect(existsSync(postmasterFile())).toBe(true);
  await Promise.all([first.kill(), killDatabase()]);
  const second = await serve("dev");
  await untilMails(second, "bought coffee, bought tea");
  expect(await order(second.url, "3", "milk")).toBe('{"data":"ok"}');
  await untilMails(second, "bought coffee, bought milk, bought tea");
  writeHandler("sold");
  const replay = (...options: readonly string[]): Promise<number> =>
    cli.run("replay", "orders", "--to", "confirm", "--project", "shop", ...options);
  expect(await replay("--diff")).toBe(1);
  expect(cli.out).toContain('"sold tea"');
  // That was only looked at.
  await untilMails(second, "bought coffee, bought milk, bought tea");
  expect(await replay()).toBe(0);
  await untilMails(
    second,
    "bought coffee, bought milk, bought tea, sold coffee, sold milk, sold tea",
  );
}, 120_000);

test("an event that kills the process becomes a dead letter, and others are handled", async () => {
  configure("orders: {APPEND: [confirm], attempts: 2}");
  cli.write(
    "shop/app/confirm.lua",
    `local topics = require "topics"
     return function (order, event)
       if order.what == "poison" then os.execute("kill -9 $PPID") end
       topics.append("mails", {[event.key] = order.what}, {idempotencyKey = event.key})
     end`,
  );
  let server = await serve("start");
  for (const [id, what] of ["tea", "coffee", "poison", "milk", "juice"].entries()) {
    // It may be dead by now.
    await order(server.url, String(id), what).catch(() => undefined);
  }
  // At first nobody knows whose fault it is, then which events were being handled; then it is tried alone, so often as the
  // settings say.
  for (let deaths = 1; deaths <= 4; deaths++) {
    expect(await server.ended).toBe("SIGKILL");
    server = await serve("start");
  }
  await waitFor(
    () => server.output().includes("a dead letter"),
    () => server.output(),
    20_000,
  );
  for (const [id, what] of ["milk", "juice"].entries())
    await order(server.url, `${String(id)}'`, what);
  cli.clear();
  expect(await cli.run("dlq", "list", "--project", "shop", "--json")).toBe(0);
  expect(cli.out).toContain("the process ended while this event was being handled");
}, 120_000);
