/** The access log of a server in a process of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, renameSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { createTestCli, waitFor, type TestCli } from "../context.testkit.ts";
import { parseLine, type LoggedSpan } from "./parseLine.ts";

const TOKEN = "s3cret";

let cli: TestCli;
let server: ChildProcess;
let output: { out: string; err: string };
let url: string;

beforeEach(async () => {
  cli = createTestCli();
  await cli.run("init", "hello");
  cli.write(
    "hello/app/gateway.lua",
    "return {{'GET', '/hello', 'hello'}, {'ANY', '/outer', 'outer'}, {'GET', '/fails', 'fails'}}",
  );
  cli.write(
    "hello/app/outer.lua",
    "local flow = require 'flow'\nreturn function() return {flow.all {{'hello'}, {'private/p'}}} end",
  );
  cli.write("hello/app/private/p.lua", "return function(args) ngx.sleep(0.02) return args end");
  cli.write("hello/app/fails.lua", "return function() error('why it failed') end");
});

afterEach(async () => {
  if (server.exitCode === null && server.signalCode === null) {
    server.kill("SIGKILL");
    await once(server, "exit");
  }
  cli.dispose();
});

async function start(env: Record<string, string> = {}, ...words: string[]): Promise<void> {
  const [program = "", ...options] = cli.context.self;
  output = { out: "", err: "" };
  server = spawn(program, [...options, "start", "hello", "--port", "0", ...words], {
    cwd: cli.cwd,
    env: { ...process.env, SPACER_INTERNAL_TOKEN: TOKEN, SPACER_GATEWAY_ADMIN: "false", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  server.stdout?.on("data", (text: Buffer) => (output.out += text.toString()));
  server.stderr?.on("data", (text: Buffer) => (output.err += text.toString()));
  await waitFor(
    () => output.out.includes("serving hello on http"),
    () => output.out + output.err,
    30_000,
  );
  url = /http:\/\/localhost:\d+/.exec(output.out)?.[0] ?? "";
}

const path = (name = "access.log") => join(cli.cwd, "hello/logs", name);

function lines(name?: string): string[] {
  const file = path(name);
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
}

function spansIn(name?: string): LoggedSpan[] {
  return lines(name).map((line) => {
    const span = parseLine(line);
    if (span === undefined) throw new Error(`no line of the log: ${line}`);
    return span;
  });
}

async function stop(): Promise<void> {
  server.kill("SIGTERM");
  await once(server, "exit");
}

test("each span is a line, in production nowhere but in the file, and the end writes them all", async () => {
  await start({}, "--env", "production", "--workers", "0");
  const reply = await fetch(`${url}/outer?a=1&spacer_internal_token=wrong`, {
    headers: { "x-spacer-trace-id": "T", "x-spacer-span-id": "S", "user-agent": "test" },
  });
  expect(await reply.json()).toEqual({ data: ["Hello from Spacer!", {}] });
  expect(reply.headers.get("x-spacer-trace-id")).toBe("T");
  await fetch(`${url}/private/p?spacer_internal_token=${TOKEN}`);
  await fetch(`${url}/private/p`, { headers: { "x-spacer-internal-token": TOKEN } });
  await fetch(`${url}/private/p?spacer_internal_token=guess`);
  await fetch(`${url}/nowhere?spacer%5Finternal%5Ftoken=${TOKEN}`, {
    headers: { referer: `${url}/?spacer_internal_token=${TOKEN}` },
  });
  await fetch(`${url}/fails`);
  await stop();
  const shown = spansIn().map(({ status, method, path, name }) =>
    [status, method, path, name].join(" "),
  );
  expect(shown).toEqual([
    "200 GET /hello hello",
    "200 GET /private/p private/p",
    "200 GET /outer outer",
    "200 GET /private/p private/p",
    "200 GET /private/p private/p",
    "403 GET /private/p -",
    "404 GET /nowhere nowhere",
    "500 GET /fails fails",
  ]);
  const [hello, called, outer] = spansIn() as [LoggedSpan, LoggedSpan, LoggedSpan];
  expect([hello, called, outer].map(({ traceId }) => traceId)).toEqual(["T", "T", "T"]);
  expect([hello.parentId, called.parentId, outer.parentId]).toEqual([outer.id, outer.id, "S"]);
  expect(outer.durationMs).toBeGreaterThanOrEqual(called.durationMs);
  expect(called.durationMs).toBeGreaterThan(15);
  expect(lines()[2]).toContain('["-" "test" 127.0.0.1 -]');
  // Failures are told, too.
  const { out, err } = output;
  expect(err).toMatch(
    /\[error\] 500 GET \/fails: app\/fails.lua:1: why it failed, function: fails, /,
  );
  expect(out).not.toContain("GET /outer");
  expect(readFileSync(path(), "utf8") + out + err).not.toMatch(
    /s3cret|wrong|guess|spacer_internal/,
  );
});

test("a trace goes on in the functions that handle its events", async () => {
  cli.write(
    "hello/config/application.yml",
    "spacerVersion: 1\nappName: hello\ntopics: [users]\nevents: {users: {APPEND: [on_user]}}\n" +
      "logStorage: {production: {driver: memory}}\n",
  );
  cli.write("hello/app/gateway.lua", "return {{'POST', '/add', 'add'}}");
  cli.write(
    "hello/app/add.lua",
    "return function() return require('topics').append('users', {k = 1}) end",
  );
  cli.write(
    "hello/app/on_user.lua",
    "local flow = require 'flow'\nreturn function() flow.call('hello') ngx.timer.at(0, function() flow.call('hello') end) end",
  );
  await start({}, "--env", "production", "--workers", "0");
  await fetch(`${url}/add`, { method: "POST" });
  await waitFor(
    () => lines().length >= 5,
    () => output.out + output.err + lines().join("\n"),
  );
  await stop();
  const spans = spansIn();
  const names = new Map(spans.map(({ id, name }) => [id, name]));
  const shown = spans.map(({ status, method, path, parentId }) =>
    [names.get(parentId) ?? parentId, ">", status, method, path].join(" "),
  );
  expect(shown.sort()).toEqual([
    "- > 200 POST /add",
    "add > 200 APPEND /users",
    "on_user > 200 GET /hello",
    "on_user > 200 GET /hello",
    "topics.append > 200 POST /on_user",
  ]);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
});

test("on standard output, when asked", async () => {
  await start({ SPACER_GATEWAY_ACCESS_LOG: "stdout" });
  await fetch(`${url}/hello`);
  await fetch(`${url}/fails`);
  await stop();
  const [, ...logged] = output.out.trimEnd().split("\n");
  expect(logged.map((line) => parseLine(line)?.name)).toEqual(["hello", "fails"]);
  expect(output.err).toContain("why it failed");
  expect(lines()).toEqual([]);
});

test("while requests come, logs are rotated without losing a line, and no debugger is opened", async () => {
  await start({}, "--env", "production", "--workers", "0");
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const ask = () =>
    new Promise<number | undefined>((resolve, reject) => {
      const sent = request(`${url}/hello`, { agent }, (response) => {
        response.resume().on("end", () => {
          resolve(response.statusCode);
        });
      });
      sent.on("error", reject).end();
    });
  const rotations = 5;
  let asked = 0;
  let isOver = false;
  const clients = Array.from({ length: 8 }, async () => {
    while (!isOver) {
      asked++;
      expect(await ask()).toBe(200);
    }
  });
  for (let number = 1; number <= rotations; number++) {
    await new Promise((resolve) => setTimeout(resolve, 120));
    renameSync(path(), path(`access.log.${String(number)}`));
    server.kill("SIGUSR1");
    await waitFor(
      () => existsSync(path()),
      () => output.err,
    );
  }
  isOver = true;
  await Promise.all(clients);
  agent.destroy();
  await stop();
  const files = Array.from({ length: rotations }, (_, index) => `access.log.${String(index + 1)}`);
  const all = [...files, "access.log"].flatMap((name) => spansIn(name));
  expect(all).toHaveLength(asked);
  expect(new Set(all.map(({ id }) => id)).size).toBe(asked);
  expect(output.err).toBe("");
});

test("a crash loses no more than the last moment", async () => {
  await start({}, "--env", "production", "--workers", "0");
  for (let count = 0; count < 20; count++) await fetch(`${url}/hello`);
  await waitFor(
    () => spansIn().length === 20,
    () => `${String(spansIn().length)} lines`,
  );
  server.kill("SIGKILL");
  await once(server, "exit");
  expect(spansIn()).toHaveLength(20);
});
