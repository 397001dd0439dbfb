/** The append endpoint and schedules, as `spacer start` and `spacer dev` run them. */
import { createServer, type AddressInfo, type Server } from "node:net";
import { createTestCli, waitFor, type TestCli } from "./context.testkit.ts";

let cli: TestCli;
let ended: Promise<number> | undefined;
let blocker: Server | undefined;

afterEach(async () => {
  cli.interrupt();
  await ended;
  ended = undefined;
  blocker?.close();
  blocker = undefined;
  cli.dispose();
});

const SETTINGS = `spacerVersion: 1
appName: p
topics: [{ name: users, partitions: 1 }]
logStorage: { development: { driver: memory }, production: { driver: memory } }
`;

function project(settings: string, env: Record<string, string> = {}): void {
  cli = createTestCli(env);
  cli.write("p/config/application.yml", SETTINGS + settings);
  cli.write("p/app/gateway.lua", "return {{'GET', '/users', 'users'}}");
  cli.write(
    "p/app/users.lua",
    `local topics, cjson = require 'topics', require 'cjson'
     return function()
       local found = {}
       for i, event in ipairs(topics.read('users')) do
         found[i] = event.key .. '=' .. cjson.encode(event.value)
       end
       return table.concat(found, ' ')
     end`,
  );
}

async function shown(text: string | RegExp): Promise<string> {
  const find = () => new RegExp(text, "g").exec(cli.out + cli.err);
  await waitFor(
    () => find() !== null,
    () => `${String(text)} in ${cli.out}${cli.err}`,
  );
  return find()?.[1] ?? "";
}

async function run(command: "start" | "dev", ...words: string[]): Promise<void> {
  ended = cli.run(command, "p", "--port", "0", ...words);
  await shown("serving");
}

const appendUrl = () => shown(/append to topics on (http:\S+)/);

async function append(url: string, value: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ topic: "users", entries: { k: value } }),
  });
  return `${String(response.status)} ${(await response.text()).trimEnd()}`;
}

async function users(): Promise<string> {
  const url = /serving (?:p )?on (http:\S+)/.exec(cli.out)?.[1] ?? "";
  const { data } = (await (await fetch(`${url}/users`)).json()) as { data: string };
  return data;
}

test("spacer start takes events of other programs", async () => {
  project('writeProxyListen: ":0"\n');
  await run("start");
  const url = await appendUrl();
  expect(url).toMatch(/^http:\/\/localhost:/);
  expect(await append(url, { a: 1 })).toBe('200 {"data":"ok"}');
  expect(await users()).toBe('k={"a":1}');
  expect(cli.out).toMatch(/200 POST \/ topics.append /);
  cli.interrupt();
  expect(await ended).toBe(0);
  await expect(fetch(url)).rejects.toThrow("fetch failed");
});

test.each(["", "topics: []\n"])("without being told to, it does not (%j)", async (settings) => {
  project("", settings === "" ? {} : { TOPICS: "[]", WRITEPROXYLISTEN: ":0" });
  await run("start");
  expect(cli.out).not.toContain("append");
});

test("with a token other machines may come, and bring it", async () => {
  project('writeProxyListen: ":0"\n', { SPACER_INTERNAL_TOKEN: "s3cret" });
  await run("start", "--env", "production");
  const url = await appendUrl();
  expect(await append(url, 1)).toMatch(/^401 /);
  expect(await append(url, 2, { authorization: "Bearer s3cret" })).toBe('200 {"data":"ok"}');
  expect(await users()).toBe("k=2");
});

test("what it can't have ends the program", async () => {
  project("writeProxyListen: 0.0.0.0:0\n");
  expect(await cli.run("start", "p", "--port", "0")).toBe(1);
  expect(cli.err).toBe(
    "spacer: writeProxyListen: everybody who reaches 0.0.0.0 could append\n" +
      "  hint: set SPACER_INTERNAL_TOKEN, which requests then need, or leave the address away: " +
      '":0"\n',
  );
  cli.clear();
  cli.write("p/config/application.yml", `${SETTINGS}writeProxyListen: 192.0.2.1:0\n`);
  expect(await cli.run("start", "p", "--port", "0")).toBe(1);
  expect(cli.err).toContain("writeProxyListen: this machine has no address 192.0.2.1\n  hint: ");
});

async function takenPort(): Promise<number> {
  const server = createServer();
  blocker = server;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

test("a port that is taken ends spacer start; spacer dev goes on without", async () => {
  const port = await takenPort();
  project(`writeProxyListen: ":${String(port)}"\n`);
  expect(await cli.run("start", "p", "--port", "0")).toBe(1);
  const problem = `writeProxyListen: port ${String(port)} is in use by another program`;
  const hint = `stop that program or choose another port, as in ":${String(port + 1)}"`;
  expect(cli.err).toBe(`spacer: ${problem}\n  hint: ${hint}\n`);
  cli.clear();
  await run("dev");
  await shown("other programs can't append");
  expect(cli.out).toContain(`${problem}: other programs can't append (${hint})\n`);
  expect(await users()).toBe("");
});

test("in spacer dev a change of the setting counts at once", async () => {
  // The token lets nobody else in.
  project("", { SPACER_INTERNAL_TOKEN: "s3cret" });
  const token = { authorization: "Bearer s3cret" };
  await run("dev");
  cli.write("p/config/application.yml", `${SETTINGS}writeProxyListen: ":0"\n`);
  const first = await appendUrl();
  expect(await append(first, 1, token)).toBe('200 {"data":"ok"}');
  cli.clear();
  cli.write("p/config/application.yml", `${SETTINGS}writeProxyListen: 127.0.0.1:0\n`);
  const second = await appendUrl();
  expect(await append(second, 2, token)).toBe('200 {"data":"ok"}');
  if (first !== second) await expect(fetch(first)).rejects.toThrow("fetch failed");
  cli.write("p/config/application.yml", SETTINGS);
  await waitFor(
    () =>
      fetch(second).then(
        () => false,
        () => true,
      ),
    () => "the endpoint still answers",
  );
});

test.each(["start", "dev"] as const)(
  "spacer %s appends the events of schedules",
  async (command) => {
    const schedule = 'cron: "* * * * * *", topic: users, key: tick';
    project(`schedules: [{ ${schedule}, value: { n: 1 } }]\n`);
    await run(command);
    await waitFor(
      async () => (await users()).startsWith('tick={"n":1} tick={"n":1}'),
      () => cli.out + cli.err,
    );
    if (command === "start") return;
    cli.write("p/config/application.yml", `${SETTINGS}schedules: [{ ${schedule}, value: 2 }]\n`);
    await waitFor(
      async () => (await users()).endsWith("tick=2"),
      () => cli.out + cli.err,
    );
    cli.write("p/config/application.yml", `${SETTINGS}schedules: [{ cron: never }]\n`);
    await shown(/application.yml:5: schedules\[1\].cron: 'never' must have five fields/);
  },
);
