/**
 * The REPL at a real terminal, which `script` of util-linux makes: what only the system does, such as Ctrl-C to code
 * that runs.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createTestCli, waitFor, type TestCli } from "../context.testkit.ts";

const hasTerminals =
  process.platform === "linux" && spawnSync("script", ["--version"]).error === undefined;

let cli: TestCli;
let child: ChildProcess;
let screen: string;
let ended: Promise<number | null>;

(hasTerminals ? describe : describe.skip)("at a terminal", () => {
  beforeEach(async () => {
    cli = createTestCli();
    screen = "";
    const [program = "", ...rest] = cli.context.self;
    const command = `exec ${[program, ...rest, "run"].map((word) => `'${word}'`).join(" ")}`;
    child = spawn("script", ["-qec", command, "/dev/null"], {
      cwd: cli.cwd,
      env: { ...process.env, TERM: "xterm", XDG_STATE_HOME: cli.cwd, SHELL: "/bin/sh" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (screen += text));
    ended = new Promise((resolve) => child.once("exit", resolve));
    await shown(PROMPT);
  }, 30_000);

  afterEach(() => {
    child.kill("SIGKILL");
    cli.dispose();
  });

  const PROMPT = /\x1b\[0J> \x1b\[3G$/;

  /** Waits until the screen shows something, and forgets it. */
  async function shown(pattern: RegExp): Promise<string> {
    await waitFor(
      () => pattern.test(screen),
      () => JSON.stringify(screen),
      20_000,
    );
    const text = screen;
    screen = "";
    return text;
  }

  async function type(keys: string, until = PROMPT): Promise<string> {
    child.stdin?.write(keys);
    return await shown(until);
  }

  /** As a user does, again when nothing happens: a read that begins just after the signal has not noticed it. */
  async function interrupt(): Promise<string> {
    child.stdin?.write("\x03");
    const again = setInterval(() => child.stdin?.write("\x03"), 5_000);
    try {
      return await shown(PROMPT);
    } finally {
      clearInterval(again);
    }
  }

  test.each([
    ["a loop", "io.write('runs\\n') while true do end"],
    ["a loop that catches errors", "io.write('runs\\n') while true do pcall(error) end"],
    ["a pattern", "io.write('runs\\n') return ('a'):rep(40):find(('a*'):rep(30) .. 'b')"],
    ["a wait", "io.write('runs\\n') require('ngx').sleep(100)"],
    ["reading", "io.write('runs\\n') io.read() while true do end"],
  ])(
    "Ctrl-C ends %s, and the state is still there",
    async (_name, code) => {
      await type("x = 42\r");
      await type(`${code}\r`, /\nruns\r\n$/);
      expect(await interrupt()).toContain("interrupted!");
      expect(await type("x\r")).toContain("\n42\r\n");
      child.stdin?.write("\x04");
      expect(await ended).toBe(0);
    },
    60_000,
  );

  test("what was printed without a newline is shown before the next prompt", async () => {
    expect(await type("do io.write('printed') end\r")).toMatch(/\r\nprinted\r?\n/);
    child.stdin?.write("\x04");
    expect(await ended).toBe(0);
  }, 60_000);

  test("a program reads what is typed, and starts others at the terminal", async () => {
    await type("io.write('name? ') name = io.read()\r", /\nname\? $/);
    await type("spacer\n");
    expect(await type("name\r")).toContain("\nspacer\r\n");
    await type(
      "os.execute('read line; echo got $line; test -t 0 && test -t 1 && echo both')\r",
      /\n$/,
    );
    expect(await type("abc\n")).toMatch(/got abc\r\nboth\r\n0\r\n/);
    child.stdin?.write("os.exit(7)\r");
    expect(await ended).toBe(7);
  }, 60_000);
});
