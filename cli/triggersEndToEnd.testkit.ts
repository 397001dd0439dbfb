/** A project with triggers, served by processes that may be killed, and the database of its topics, which may be as well. */
import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ClientConfig } from "pg";
import { createTestCli, waitFor, type TestCli } from "./context.testkit.ts";
import { buildBundle, type Way } from "./ways.testkit.ts";

const FILES: Readonly<Record<string, string>> = {
  "app/gateway.lua": `return {{"POST", "/:topic", "add"}, {"GET", "/mails", "mails"}}`,
  "app/add.lua": `local topics = require "topics"
     return function (args) return topics.append(args.topic, {[args.id] = {what = args.what}}) end`,
  "app/mails.lua": `local topics = require "topics"
     return function ()
       local texts = {}
       for i, event in ipairs(topics.read("mails")) do texts[i] = event.value end
       table.sort(texts)
       return table.concat(texts, ", ")
     end`,
  "app/work.lua": `local topics = require "topics"
     return function (job, event)
       if job.what == "poison" then os.execute("kill -9 $PPID") end
       topics.append("mails", {[event.key] = "did " .. job.what}, {idempotencyKey = "did " .. event.key})
     end`,
};

export interface TriggerProject {
  readonly cli: TestCli;
  /** Starts the way's server in a process; resolves when it serves. */
  readonly serve: () => Promise<Server>;
  /** What `app/confirm.lua` does from now on to an order. */
  readonly writeHandler: (verb: string) => void;
  /** Kills all servers. */
  dispose(): Promise<void>;
}

export interface Server {
  readonly url: string;
  readonly output: () => string;
  /** The exit code, or the signal. */
  readonly ended: Promise<unknown>;
  kill(): Promise<void>;
}

/**
 * @param connString Of its topics in production; a development server has a PostgreSQL of its own.
 */
export async function createTriggerProject(way: Way, connString: string): Promise<TriggerProject> {
  const cli = createTestCli({ SPACER_ENV: way === "dev" ? "development" : "production" });
  const servers = new Set<ChildProcess>();
  await cli.run("init", "shop");
  // When root runs this, the database server runs as somebody else, who is to reach its data.
  chmodSync(join(cli.cwd, "shop"), 0o755);
  cli.write(
    "shop/config/application.yml",
    `spacerVersion: 1
# Which is the name of its tables, too.
appName: shop-${way}
topics: [orders, jobs, mails]
events:
  orders: {APPEND: [confirm]}
  jobs: {APPEND: [work], attempts: 2}
gateway: {admin: false}
logStorage: {production: {driver: postgres, connString: "${connString}"}}
`,
  );
  for (const [path, text] of Object.entries(FILES)) cli.write(`shop/${path}`, text);
  const project: TriggerProject = {
    cli,
    serve: () => serve(commandOf(way, cli), cli, servers),
    writeHandler(verb) {
      cli.write(
        "shop/app/confirm.lua",
        `local topics = require "topics"
     return function (order, event)
       -- Whoever is killed while it works does it again.
       topics.append("mails", {[event.key] = "${verb} " .. order.what}, {idempotencyKey = "${verb} " .. event.key})
       return "${verb}"
     end`,
      );
    },
    async dispose() {
      for (const server of servers) server.kill("SIGKILL");
      await killDatabase(join(cli.cwd, "shop"));
      cli.dispose();
    },
  };
  project.writeHandler("bought");
  if (way === "bundle") await buildBundle(join(cli.cwd, "shop"));
  cli.clear();
  return project;
}

function commandOf(way: Way, { context }: TestCli): readonly string[] {
  switch (way) {
    case "dev":
      return [...context.self, "dev", "shop", "--port", "0"];
    case "start":
      return [...context.self, "start", "shop", "--port", "0", "--workers", "0"];
    case "bundle":
      return [process.execPath, "--stack-size=3900", "shop/dist/server.mjs", "--port", "0"];
  }
}

async function serve(
  command: readonly string[],
  { cwd, context }: TestCli,
  servers: Set<ChildProcess>,
): Promise<Server> {
  const [program = "", ...words] = command;
  const child = spawn(program, words, {
    cwd,
    env: { ...process.env, ...context.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  servers.add(child);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  let hasEnded = false;
  const ended = new Promise<unknown>((resolve) => {
    child.on("exit", (code, signal) => {
      servers.delete(child);
      hasEnded = true;
      resolve(code ?? signal);
    });
  });
  const url = () => /http:\/\/localhost:\d+/.exec(output)?.[0];
  // One that handles a deadly event first does not come so far.
  await waitFor(
    () => hasEnded || url() !== undefined,
    () => output,
    30_000,
  );
  return {
    url: url() ?? "",
    output: () => output,
    ended,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

export async function append(
  { url }: Server,
  topic: string,
  event: { readonly id: string; readonly what: string },
): Promise<string> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify(event);
  const response = await fetch(`${url}/${topic}`, { method: "POST", body, headers });
  return (await response.text()).trimEnd();
}

/** Waits until the handlers have written these. */
export async function untilMails({ url, output }: Server, texts: string): Promise<void> {
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

const postmasterFile = (root: string): string => join(root, ".spacer/postgres/postmaster.pid");

export function hasDatabase(root: string): boolean {
  return existsSync(postmasterFile(root));
}

/** As a power cut, if the project in `root` has a database that runs. */
export async function killDatabase(root: string): Promise<void> {
  if (!hasDatabase(root)) return;
  const pid = Number(/^\d+/.exec(readFileSync(postmasterFile(root), "utf8"))?.[0]);
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

/** In a URL, where `host` is the folder of a socket. */
export function connStringOf({ host = "", port, user, database }: ClientConfig): string {
  return `postgres://${user ?? ""}@${encodeURIComponent(host)}:${String(port)}/${database ?? ""}`;
}
