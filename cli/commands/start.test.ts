import { createTestCli, waitFor, type TestCli } from "../context.testkit.ts";

jest.setTimeout(60_000);

let cli: TestCli;
let ended: Promise<number> | undefined;
let url: string;

afterEach(async () => {
  cli.interrupt();
  await ended;
  ended = undefined;
  cli.dispose();
});

async function start(env: Record<string, string>, ...words: string[]): Promise<void> {
  // Others may have the port.
  cli = createTestCli({ ...env, SPACER_GATEWAY_ADMIN: "false" });
  await cli.run("init", "hello");
  cli.write("hello/app/fails.lua", "return function() error('secret') end");
  cli.write(
    "hello/app/gateway.lua",
    "return {{'GET', '/hello', 'hello'}, {'GET', '/fails', 'fails'}}",
  );
  cli.clear();
  ended = cli.run("start", "hello", "--port", "0", ...words);
  await waitFor(
    () => cli.out.includes("serving hello on http"),
    () => cli.out + cli.err,
    30_000,
  );
  url = /http:\/\/localhost:\d+/.exec(cli.out)?.[0] ?? "";
}

async function get(path: string): Promise<string> {
  return (await (await fetch(url + path)).text()).trimEnd();
}

const SORRY = `{"error":"We're sorry, something went wrong"}`;

test.each([
  [{ SPACER_WORKERS_COUNT: "2" }, ["--env", "production"]],
  [{ SPACER_ENV: "production" }, ["--workers", "1"]],
  [{ SPACER_ENV: "production" }, ["--workers", "0"]],
])("in production (%j %j) replies tell nothing, the output does", async (env, words) => {
  await start(env, ...words);
  expect(await get("/hello")).toBe('{"data":"Hello from Spacer!"}');
  expect(await get("/fails")).toBe(SORRY);
  await waitFor(
    () => cli.err.includes("secret"),
    () => cli.err,
  );
  expect(cli.err).toMatch(
    /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[error\] 500 GET \/fails: app\/fails.lua:1: secret, function: fails, trace: [0-9a-f]{32}, duration: \S+ ms, (?:worker: \d+, )?stack traceback:\\n.*\n$/,
  );
  cli.interrupt();
  expect(await ended).toBe(0);
});

test("elsewhere replies tell what happened, and only this machine can connect", async () => {
  await start({ SPACER_ENV: "production" }, "--env", "staging");
  expect(await get("/fails")).toContain("app/fails.lua:1: secret");
  expect(cli.out).toContain("(staging)");
});

test("a wrong gateway ends the program", async () => {
  cli = createTestCli();
  cli.write("p/app/gateway.lua", "return {\n  {'GET' '/x'}\n}");
  expect(await cli.run("start", "p")).toBe(1);
  expect(cli.err).toMatch(/^spacer: app\/gateway.lua:2: '}' expected near ''\/x''\n$/);
  expect(cli.err).not.toMatch(/\.[jt]s\b/);
});

test.each([
  [["--workers", "many"], "spacer: --workers must be 'auto' or a whole number from 0 to 256\n"],
  [["--workers", "257"], "spacer: --workers must be 'auto' or a whole number from 0 to 256\n"],
  [["--only", "gatway"], "spacer: "],
])("%j is refused", async (words, message) => {
  cli = createTestCli();
  cli.write("p/app/gateway.lua", "return {}");
  expect(await cli.run("start", "p", ...words)).toBe(1);
  expect(cli.err.startsWith(message)).toBe(true);
  expect(cli.err).toContain("hint: ");
});
