/** The watch over CPU budgets, in processes of their own. */
import { spawn } from "node:child_process";
import { selfCommand } from "../build.testkit.ts";
import { createTestCli, waitFor, type TestCli } from "../context.testkit.ts";

jest.setTimeout(120_000);

let cli: TestCli;

beforeEach(() => {
  cli = createTestCli();
});

afterEach(() => {
  cli.dispose();
});

const SPIN = "local from = os.clock() while os.clock() - from < %s do end";

async function serve(body: string, ...options: readonly string[]) {
  cli.write("app/gateway.lua", 'return {{"GET", "/spin", "spin"}}');
  cli.write("app/spin.lua", `return function() ${body} return "done" end`);
  const words = [...selfCommand().slice(1), "start", cli.cwd, "--port", "0", ...options];
  const env = {
    ...process.env,
    SPACER_GATEWAY_CPU_LIMIT: "200ms",
    SPACER_GATEWAY_ADMIN: "false",
  };
  const child = spawn(process.execPath, words, { env, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.on("data", (bytes: Buffer) => (out += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (err += bytes.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  await waitFor(
    () => /serving .*http/.test(out),
    () => out + err,
    60_000,
  );
  const url = /http:\/\/localhost:\d+/.exec(out)?.[0] ?? "";
  const get = async () => (await (await fetch(`${url}/spin`)).text()).trim();
  return { child, ended, get, err: () => err };
}

test("a worker that exits when the watch has just looked does so without a word of Node's", async () => {
  const options = ["--env", "production", "--workers", "1"];
  const { child, ended, get, err } = await serve(SPIN.replace("%s", "0.1"), ...options);
  expect(await get()).toBe('{"data":"done"}');
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect(err()).toMatch(/^\S+ \S+ \[notice\] ending: [^\n]*\n$/);
});

test("budgets are kept after the watch has disconnected, and after it has slept", async () => {
  const { child, ended, get } = await serve("while true do end");
  for (const pauseMs of [0, 100, 2500]) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    expect(await get()).toContain("the CPU budget of 200 ms is used up");
  }
  child.kill("SIGTERM");
  await ended;
});
