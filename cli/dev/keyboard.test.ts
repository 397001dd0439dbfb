/** Keys of a real terminal: a shell in a pseudo-terminal starts `spacer dev` as its job. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createTestCli, waitFor, type TestCli } from "../context.testkit.ts";

const isPossible =
  process.platform !== "win32" &&
  spawnSync("python3", ["-c", "import pty"]).status === 0 &&
  spawnSync("bash", ["--version"]).status === 0;

/** What is written to it is typed, what it writes is on the screen. */
const TERMINAL = 'import pty; pty.spawn(["bash", "--norc", "--noprofile", "-i"])';

let cli: TestCli;
let terminal: ChildProcess;
let screen: string;

beforeEach(() => {
  cli = createTestCli();
  screen = "";
});

afterEach(async () => {
  const ended = new Promise((resolve) => terminal.once("exit", resolve));
  type("\u0003exit\n");
  terminal.stdin?.end();
  const timer = setTimeout(() => terminal.kill("SIGKILL"), 3000);
  await ended;
  clearTimeout(timer);
  cli.dispose();
}, 20_000);

function type(keys: string): void {
  terminal.stdin?.write(keys);
}

/** Waits for text on the screen, below what was awaited before. */
async function shows(expected: RegExp | string): Promise<string> {
  let found: RegExpExecArray | null = null;
  const pattern =
    typeof expected === "string"
      ? new RegExp(expected.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      : expected;
  await waitFor(
    () => (found = pattern.exec(screen)) !== null,
    () => `${String(pattern)} on the screen:\n${screen}`,
    20_000,
  );
  const [text] = found as unknown as RegExpExecArray;
  screen = screen.slice((found as unknown as RegExpExecArray).index + text.length);
  return text;
}

async function openTerminal(): Promise<void> {
  await cli.run("init", "hello");
  terminal = spawn("python3", ["-c", TERMINAL], {
    cwd: cli.cwd,
    env: {
      ...process.env,
      PS1: "$ ",
      TERM: "xterm",
      NO_COLOR: "1",
      BROWSER: "",
      PATH: process.env["PATH"],
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  terminal.stdout?.setEncoding("utf8").on("data", (text: string) => (screen += text));
  type("stty -echo; PS1='$ '\n");
  await shows("$ ");
}

function devCommand(): string {
  return [...cli.context.self, "dev", "hello", "--port", "0"].join(" ");
}

async function startDev(): Promise<string> {
  await openTerminal();
  type(`${devCommand()}; echo "code"":$?"\n`);
  const [url = ""] = /http:\S+/.exec(await shows(/serving on http:\S+\d/)) ?? [];
  await shows("Keys: r reload everything");
  return url;
}

/** Whether the terminal is as a shell wants it. */
async function expectCooked(): Promise<void> {
  type(
    "stty -a | tr ' ' '\\n' | grep -x -e icanon -e isig -e -icanon -e -isig | tr '\\n' ' '; echo done\n",
  );
  expect(await shows(/isig.*done/s)).toMatch(/isig\s+icanon\s+done/);
}

const describeOnTerminal = isPossible ? describe : describe.skip;
const notice = isPossible ? "" : " (skipped: python3 or bash is not installed)";

describeOnTerminal(`on a terminal${notice}`, () => {
  test("each key does what the help says; q gives the terminal back", async () => {
    const url = await startDev();
    type("h");
    await shows("Keys: r reload everything, o open in the browser");
    type("x?");
    await shows("Keys: r reload everything");
    await fetch(`${url}/hello`);
    await shows("200 GET /hello hello");
    type("r");
    await shows("reloaded ");
    type("c");
    await shows("\u001b[2J\u001b[3J\u001b[H");
    type("q");
    await shows("code:0");
    await expectCooked();
    await expect(fetch(url)).rejects.toThrow();
  }, 60_000);

  test("o opens the first route that a browser can show", async () => {
    const program = `${cli.cwd}/bin/xdg-open`;
    cli.write("bin/xdg-open", `#!/bin/sh\necho "$1" > '${cli.cwd}/opened'\n`);
    chmodSync(program, 0o755);
    await openTerminal();
    type(`PATH="$PWD/bin:$PATH" ${devCommand()}; echo "code"":$?"\n`);
    const [url = ""] = /http:\S+/.exec(await shows(/serving on http:\S+\d/)) ?? [];
    await shows("Keys:");
    type("o");
    await waitFor(
      () => readIfThere(`${cli.cwd}/opened`) === `${url}/hello\n`,
      () => screen,
    );
    writeFileSync(program, "#!/bin/sh\nexit 3\n");
    type("o");
    await shows(`no browser was found; open ${url}/hello`);
    type("q");
    await shows("code:0");
  }, 60_000);

  test("Ctrl-C ends it, and leaves the terminal as it was", async () => {
    await startDev();
    type("\u0003");
    await shows(/\$ /);
    await expectCooked();
  }, 60_000);

  test("Ctrl-Z stops it and fg goes on, keys included", async () => {
    const url = await startDev();
    type("\u001a");
    await shows("Stopped");
    await expectCooked();
    type("fg\n");
    await shows("dev hello");
    await waitFor(
      async () => (await fetch(`${url}/hello`)).status === 200,
      () => screen,
    );
    await shows("200 GET /hello");
    type("h");
    await shows("Keys: r reload everything");
    type("q");
    await shows("$ ");
    await expectCooked();
  }, 60_000);

  test("in the background it leaves the terminal alone", async () => {
    await openTerminal();
    type(`${devCommand()} &\n`);
    const [url = ""] = /http:\S+/.exec(await shows(/serving on http:\S+\d/)) ?? [];
    await shows("Ctrl-C stops.");
    await expectCooked();
    expect((await fetch(`${url}/hello`)).status).toBe(200);
    type("jobs\n");
    expect(await shows(/Running|Stopped/)).toBe("Running");
    type("kill %1; wait; echo over\n");
    await shows("over");
  }, 60_000);

  test("a crash leaves the terminal as it was", async () => {
    cli.write("crash.mjs", "process.on('SIGUSR2', () => { throw new Error('a bug'); });\n");
    await openTerminal();
    type(`export NODE_OPTIONS="--import $PWD/crash.mjs"; echo "shell":$$:\n`);
    const [, shell = ""] = /:(\d+):/.exec(await shows(/shell:\d+:/)) ?? [];
    type(`${devCommand()}; echo "code"":$?"\n`);
    await shows("Keys:");
    const { stdout } = spawnSync("pgrep", ["-P", shell], { encoding: "utf8" });
    process.kill(Number(stdout), "SIGUSR2");
    await shows("internal error: a bug");
    await shows("code:2");
    await expectCooked();
  }, 60_000);

  test("without a terminal for its output there are no keys", async () => {
    await openTerminal();
    type(`${devCommand()} | cat\n`);
    await shows("Ctrl-C stops.");
    await expectNoKeys();
    type("\u0003");
    await shows("$ ");
  }, 60_000);
});

async function expectNoKeys(): Promise<void> {
  await new Promise((wake) => setTimeout(wake, 300));
  expect(screen).not.toContain("Keys:");
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
