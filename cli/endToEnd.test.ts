/** The program as users start it: a process, through the scripts of a new project. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createTestCli, waitFor, type TestCli } from "./context.testkit.ts";

let cli: TestCli;
let server: ChildProcess | undefined;

beforeEach(() => {
  cli = createTestCli();
  const [program = "", ...words] = cli.context.self;
  spawnSync(program, [...words, "init", "hello"], { cwd: cli.cwd });
});

afterEach(() => {
  server?.kill("SIGKILL");
  server = undefined;
  cli.dispose();
});

test("dev.sh serves, reloads, and stops on SIGTERM", async () => {
  let output = "";
  const script = join(cli.cwd, "hello/bin/dev.sh");
  const child = spawn(script, ["--port", "0"], { stdio: ["ignore", "pipe", "pipe"] });
  server = child;
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = new Promise<unknown>((resolve) => {
    child.on("exit", (code, signal) => {
      resolve(code ?? signal);
    });
  });
  await waitFor(
    () => /curl http\S+/.test(output),
    () => output,
    30_000,
  );
  const url = /curl (http\S+)/.exec(output)?.[1] ?? "";
  const get = async () => (await (await fetch(url)).text()).trimEnd();
  expect(await get()).toBe('{"data":"Hello from Spacer!"}');
  cli.write("hello/app/hello.lua", "return function() return 'saved' end");
  await waitFor(
    async () => (await get()) === '{"data":"saved"}',
    () => output,
  );
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
}, 60_000);

test("test.sh passes, and fails after the function is broken", () => {
  const script = join(cli.cwd, "hello/bin/test.sh");
  const passed = spawnSync(script, { encoding: "utf8" });
  expect(passed).toMatchObject({ status: 0, stderr: "" });
  expect(passed.stdout).toMatch(/^ok {5}2\ttestT.test_ret$/m);
  cli.write("hello/app/hello.lua", "return function() return 'broken' end");
  const failed = spawnSync(script, { encoding: "utf8" });
  expect(failed).toMatchObject({ status: 1, stderr: "" });
  expect(failed.stdout).toMatch(/^# {3}test\/test_hello.lua:7: testT.test_ret: /m);
}, 60_000);

test("tests whose output nobody reads to its end have not passed", () => {
  const [program = "", ...words] = cli.context.self;
  const line = [program, ...words, "test", "hello"].map((word) => `'${word}'`).join(" ");
  const run = (command: string) =>
    spawnSync("bash", ["-c", command], { cwd: cli.cwd, encoding: "utf8" });
  expect(run(`${line} | true; exit \${PIPESTATUS[0]}`)).toMatchObject({ status: 141, stderr: "" });
  expect(run(`${line} > /dev/full`)).toMatchObject({
    status: 1,
    stderr: "spacer: can't write to standard output: no space left on the disk\n",
  });
}, 60_000);

test("an unexpected failure is one line, and a stack only on request", () => {
  const [program = "", ...words] = cli.context.self;
  // A preload that breaks the program from inside.
  const code = "Object.defineProperty(process,'stdout',{get(){throw new Error('broken')}})";
  const sabotage = ["--import", `data:text/javascript,${code}`];
  const run = (env: NodeJS.ProcessEnv) =>
    spawnSync(program, [...sabotage, ...words, "version"], {
      encoding: "utf8",
      env: { ...process.env, ...env },
    });
  expect(run({ SPACER_DEBUG: "0" })).toMatchObject({
    status: 2,
    stderr:
      "spacer: internal error: broken (this is a bug in spacer, please report it; " +
      "run again with SPACER_DEBUG=1 for details)\n",
  });
  expect(run({ SPACER_DEBUG: "1" }).stderr).toContain("at ");
}, 60_000);
