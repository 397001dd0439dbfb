/** What functions see of the environment, and who else sees it. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createTestCli, waitFor, type TestCli } from "./context.testkit.ts";

jest.setTimeout(30_000);

const SECRET = "s3cr3t-of-the-test";
const TOKEN = "t0ken-of-the-test";

const FILES = {
  "config/application.yml": "spacerVersion: 1\nappName: env\nenvVar: [GREETING, DB_PASSWORD]\n",
  "app/gateway.lua": `return {
    {"GET", "/read/:name", "read"}, {"GET", "/raise", "raise"}, {"GET", "/object", "object"},
    {"GET", "/deep", "deep"}, {"GET", "/log", "log"}, {"GET", "/token", "token"}, {"GET", "/call", "call"},
  }`,
  "app/read.lua": "return function(args) return os.getenv(args.name) end",
  "app/raise.lua": "return function() error('no connection: ' .. os.getenv('DB_PASSWORD')) end",
  "app/object.lua": "return function() error({url = 'pg://u:' .. os.getenv('DB_PASSWORD')}) end",
  "app/deep.lua": `
    local function fail(f) return setmetatable({}, {__index = function(t, k) error(k) end})[f] end
    return function() return fail(os.getenv('DB_PASSWORD')) .. '' end`,
  "app/log.lua":
    "return function() ngx.log(ngx.ERR, 'with ', os.getenv('DB_PASSWORD')) return 1 end",
  "app/token.lua": "return function(args) error('got ' .. tostring(args.text)) end",
  "app/call.lua": "local flow = require 'flow' return function() return flow.call('raise', {}) end",
};

let cli: TestCli;
let ended: Promise<number> | undefined;
let url = "";

afterEach(async () => {
  cli.interrupt();
  await ended;
  ended = undefined;
  cli.dispose();
});

async function serve(command: string[], env: Record<string, string>, envFile?: string) {
  cli = createTestCli(env);
  for (const [path, text] of Object.entries(FILES)) cli.write(path, text);
  if (envFile !== undefined) cli.write(".env", envFile);
  ended = cli.run(...command, "--port", "0");
  await waitFor(
    () => /serving .*http/.test(cli.out),
    () => cli.out + cli.err,
  );
  url = /http:\/\/localhost:\d+/.exec(cli.out)?.[0] ?? "";
}

async function get(path: string, headers: Record<string, string> = {}): Promise<string> {
  return (await (await fetch(url + path, { headers })).text()).trimEnd();
}

async function answers(path: string, expected: string): Promise<void> {
  let last = "";
  await waitFor(
    async () => (last = await get(path)) === expected,
    () => `${path} answers ${last}\n${cli.out}${cli.err}`,
  );
}

const ENV_FILE = `GREETING="from the file"\nDB_PASSWORD=${SECRET}\nUNLISTED=1`;

test("functions read what is listed, of the environment and of the file", async () => {
  await serve(["dev"], { DB_PASSWORD: "of-the-environment" }, ENV_FILE);
  expect(await get("/read/GREETING")).toBe('{"data":"from the file"}');
  expect(await get("/read/DB_PASSWORD")).toBe('{"data":"of-the-environment"}');
  for (const name of ["UNLISTED", "HOME", "PATH", "toString", "__proto__"]) {
    expect(await get(`/read/${name}`)).toBe("{}");
  }
});

test("saving the file counts at once; while it is wrong, what it was before does", async () => {
  await serve(["dev"], {}, "GREETING=one");
  await answers("/read/GREETING", '{"data":"one"}');
  cli.write(".env", "GREETING=two");
  await answers("/read/GREETING", '{"data":"two"}');
  expect(cli.out).toMatch(/reloaded \.env .*\n.*of the new \.env/);
  cli.write(".env", "GREETING=three\nnonsense");
  await waitFor(
    () => cli.err.includes(".env:2: this line sets no variable"),
    () => cli.out,
  );
  expect(cli.err).toContain("the variables stay as they were");
  expect(await get("/read/GREETING")).toBe('{"data":"two"}');
  rmSync(join(cli.cwd, ".env"));
  await answers("/read/GREETING", "{}");
  cli.write(".env", "GREETING=four\nDB_PASSWORD=" + SECRET);
  await answers("/read/GREETING", '{"data":"four"}');
  expect(await get("/raise")).not.toContain(SECRET);
});

test("the file also sets what settings are overridden by", async () => {
  await serve(["start"], {}, "SPACER_GATEWAY_BODY_LIMIT=8\nSPACER_INTERNAL_TOKEN=" + TOKEN);
  const sent = await fetch(`${url}/raise`, { method: "GET" });
  expect(sent.status).toBe(500);
  const direct = await fetch(`${url}/read?spacer_internal_token=${TOKEN}&name=GREETING`, {
    method: "POST",
    body: "123456789",
  });
  expect(direct.status).toBe(413);
});

test("a wrong file ends spacer start, and spacer dev at its start", async () => {
  cli = createTestCli();
  for (const [path, text] of Object.entries(FILES)) cli.write(path, text);
  cli.write(".env", "GREETING='open");
  expect(await cli.run("start", "--port", "0")).toBe(1);
  expect(cli.err).toMatch(/^spacer: \.env:1: the value of GREETING has no closing '\n/);
  cli.clear();
  expect(await cli.run("dev", "--port", "0")).toBe(1);
  expect(cli.err).toMatch(/^spacer: \.env:1: the value of GREETING has no closing '\n/);
});

test("production never reads the file", async () => {
  await serve(["start", "--env", "production"], {}, "nonsense");
  expect(await get("/read/GREETING")).toBe("{}");
});

/** Each way on which a value could get out by an error. */
const LEAKS = ["/raise", "/object", "/deep", "/log", "/call", `/token?text=${SECRET}`];

describe("values of variables and the internal token", () => {
  const env = { DB_PASSWORD: SECRET, SPACER_INTERNAL_TOKEN: TOKEN };

  async function provoke(accept: string): Promise<string> {
    let told = "";
    for (const path of LEAKS) {
      const mark = path.includes("?") ? "&" : "?";
      told += await get(`${path}${mark}spacer_internal_token=${TOKEN}`, {
        accept,
        referer: `http://localhost/x?spacer_internal_token=${TOKEN}`,
      });
      told += await get(path, { accept, "x-spacer-internal-token": TOKEN });
      told += await get(path, { accept, "x-key": SECRET, authorization: `Bearer ${SECRET}` });
    }
    told += await get(`/token?text=${TOKEN}`, { accept });
    return told;
  }

  test.each([["dev"], ["start"]])("are in no reply, page or log of spacer %s", async (command) => {
    await serve([command], env);
    const told = (await provoke("application/json")) + (await provoke("text/html"));
    cli.interrupt();
    await ended;
    const log = readFileSync(join(cli.cwd, "logs/access.log"), "utf8");
    expect(told).toMatch(/no connection: (?:<|&lt;)DB_PASSWORD(?:>|&gt;)/);
    expect(cli.out + cli.err).toContain("no connection: <DB_PASSWORD>");
    expect(cli.out + cli.err).toContain("with <DB_PASSWORD>");
    for (const [where, text] of Object.entries({ told, out: cli.out, err: cli.err, log })) {
      const at = Math.max(text.indexOf(SECRET), text.indexOf(TOKEN));
      expect([where, at < 0 ? "" : text.slice(at - 80, at + 80)]).toEqual([where, ""]);
    }
  });

  test("are in nothing that production tells", async () => {
    await serve(["start", "--env", "production"], env);
    const told = await provoke("text/html");
    cli.interrupt();
    await ended;
    const log = readFileSync(join(cli.cwd, "logs/access.log"), "utf8");
    const all = told + cli.out + cli.err + log;
    expect(all).toContain("no connection: <DB_PASSWORD>");
    expect(all).not.toContain(SECRET);
    expect(all).not.toContain(TOKEN);
  });
});
