import { createTestCli, waitFor, type TestCli } from "../context.testkit.ts";

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
  cli = createTestCli(env);
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
  );
  url = /http:\/\/localhost:\d+/.exec(cli.out)?.[0] ?? "";
}

async function get(path: string): Promise<string> {
  return (await (await fetch(url + path)).text()).trimEnd();
}

const SORRY = `{"error":"We're sorry, something went wrong"}`;

test.each([
  [{}, ["--env", "production"]],
  [{ SPACER_ENV: "production" }, []],
])("in production (%j %j) replies tell nothing, the output does", async (env, words) => {
  await start(env, ...words);
  expect(await get("/hello")).toBe('{"data":"Hello from Spacer!"}');
  expect(await get("/fails")).toBe(SORRY);
  expect(cli.err).toMatch(
    /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[error\] 500 GET \/fails: app\/fails.lua:1: secret, function: fails, trace: [0-9a-f]{32}, duration: \S+ ms, stack traceback:\\n.*\n$/,
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
