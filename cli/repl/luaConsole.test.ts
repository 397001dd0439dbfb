/** The REPL at a terminal that is none: what is typed goes into a stream, and what is shown comes out of another. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import type { CommandContext } from "../command.ts";
import { createTestCli, waitFor, type TestCli } from "../context.testkit.ts";
import type { Interrupts } from "../interrupts.ts";
import { runCli } from "../runCli.ts";

let cli: TestCli;
let input: PassThrough;
let screen = "";
let isRaw = false;
/** Of each prompt, whether keys were ours when it showed. */
let wereRaw: boolean[];
let interrupts: { count: number; listener: Interrupts["listener"] };
let exitCode: Promise<number>;

beforeEach(() => {
  cli = createTestCli();
  screen = "";
  wereRaw = [];
  interrupts = { count: 0, listener: undefined };
});

afterEach(async () => {
  input.write("\x04");
  await exitCode;
  expect(isRaw).toBe(false);
  cli.dispose();
});

const [ENTER, TAB, CTRL_C, CTRL_D, UP, LEFT] = ["\r", "\t", "\x03", "\x04", "\x1b[A", "\x1b[D"];

async function start(...words: readonly string[]): Promise<void> {
  input = new PassThrough();
  const output = new Writable({
    write(piece: Buffer | string, _encoding, done) {
      screen += piece.toString();
      if (piece.toString().startsWith("> ")) wereRaw.push(isRaw);
      done();
    },
  });
  Object.assign(output, { columns: 80 });
  const context: CommandContext = {
    ...cli.context,
    env: { ...cli.context.env, XDG_STATE_HOME: join(cli.cwd, "state") },
    isTyped: true,
    openTerminal: () => ({
      input,
      output,
      setRawMode: (raw) => (isRaw = raw),
      watchInterrupts: () => Promise.resolve(live),
      close: () => {
        isRaw = false;
      },
    }),
  };
  exitCode = runCli(["run", ...words], context);
  await prompted();
}

/** The memory that the thread would share. */
const live: Interrupts = {
  get count() {
    return interrupts.count;
  },
  get listener() {
    return interrupts.listener;
  },
  set listener(listener) {
    interrupts.listener = listener;
  },
  close: () => undefined,
};

/** Waits for the next prompt, and forgets what was shown before it. */
async function prompted(prompt = "> "): Promise<string> {
  const end = new RegExp(`\\x1b\\[0J${prompt}\\x1b\\[\\d+G$`);
  await waitFor(
    () => end.test(screen),
    () => JSON.stringify([screen, cli.out, cli.err]),
    4000,
  );
  const shown = screen;
  screen = "";
  return shown;
}

/** Types a line, and waits for the next prompt. Returns what the program printed. */
async function type(line: string, prompt?: string): Promise<string> {
  cli.clear();
  input.write(line + ENTER);
  await prompted(prompt);
  return cli.out + cli.err;
}

test("expressions are shown, and contents of tables", async () => {
  await start();
  expect(cli.out).toMatch(/^spacer .*\n.*Tab completes, Ctrl-C interrupts, Ctrl-D leaves\..*\n$/);
  expect(await type("1 + 1, nil")).toBe("2\tnil\n");
  expect(await type("x = {1, a = 'b'}")).toBe("");
  expect(await type("x")).toMatch(/^table: 0x\w+\n.*\{1, a = "b"\}.*\n$/);
  expect(await type("#'ä'")).toBe("2\n");
  expect(await type("setmetatable({}, {__tostring = function() return 'text' end})")).toBe(
    "text\n",
  );
});

test("keys are ours before a prompt shows, and the system's while something runs", async () => {
  await start();
  wereRaw = [];
  await type("function f()", ">> ");
  await type("end");
  expect(isRaw).toBe(true);
  input.write(`require('ngx').sleep(100)${ENTER}`);
  await waitFor(
    () => !isRaw && interrupts.listener !== undefined,
    () => screen,
    4000,
  );
  interrupts.count++;
  interrupts.listener?.();
  await prompted();
  expect(wereRaw).toEqual([true, true]);
});

test("a call that fails tells where, though it is an expression", async () => {
  await start();
  const failure =
    "stdin:1: no\nstack traceback:\n\t[C]: in function 'error'\n\tstdin:1: in main chunk\n";
  expect(await type("error('no')")).toBe(failure);
  expect(await type("error('no') -- a comment")).toBe(failure);
});

test("a statement has no arguments, and an empty list no values", async () => {
  await start();
  expect(await type("select('#', ...)")).toBe("0\n");
  expect(await type("=")).toBe("");
  expect(await type("nil")).toBe("nil\n");
});

test("statements may take several lines, and are one entry of the history", async () => {
  await start();
  await type("function f()", ">> ");
  await type("  return 7", ">> ");
  await type("end");
  expect(await type("f()")).toBe("7\n");
  expect(readFileSync(join(cli.cwd, "state/spacer/lua_history"), "utf8")).toBe(
    "function f()\\n  return 7\\nend\nf()\n",
  );
  // Up twice, and 78 in place of 7.
  await type(UP + UP + LEFT.repeat(4) + "8");
  expect(await type("f()")).toBe("78\n");
});

test("the next session has the history", async () => {
  await start();
  await type("y = 41");
  input.write(CTRL_D);
  expect(await exitCode).toBe(0);
  await start();
  await type(UP);
  expect(await type("y + 1")).toBe("42\n");
});

test("Tab completes, and indents", async () => {
  await start();
  input.write("string.form");
  input.write(TAB);
  expect(await type("('%d', 5)")).toBe("5\n");
  input.write("if true then\r");
  await prompted(">> ");
  input.write(TAB);
  await type("print('tab')", ">> ");
  expect(await type("end")).toBe("tab\n");
  expect(readFileSync(join(cli.cwd, "state/spacer/lua_history"), "utf8")).toContain("\\n  print");
});

test("Ctrl-C forgets what was typed, and nothing else", async () => {
  await start();
  await type("z = 1");
  await type("for i = 1, 2 do", ">> ");
  input.write("print(1)");
  input.write(CTRL_C);
  expect(await prompted()).toContain("^C");
  expect(await type("z")).toBe("1\n");
});

test("Ctrl-C ends what waits, threads that it started too", async () => {
  await start("-i", "-e", "ngx = require 'ngx' n = 0");
  const loop = "ngx.thread.spawn(function() while true do n = n + 1 ngx.sleep(0) end end)";
  cli.clear();
  input.write(`${loop} pcall(ngx.sleep, 60) n = -1${ENTER}`);
  await waitFor(
    () => interrupts.listener !== undefined,
    () => cli.err,
  );
  interrupts.count++;
  interrupts.listener?.();
  await prompted();
  expect(cli.err).toMatch(/interrupted!\n/);
  expect(interrupts.listener).toBeUndefined();
  const first = await type("n");
  await type("ngx.sleep(0.02)");
  expect(await type("n")).toBe(first);
  expect(Number(first)).toBeGreaterThan(0);
});

test("what is pasted behind a line is for who reads standard input", async () => {
  await start();
  cli.clear();
  input.write("a, b = io.read(), io.read()\rfirst\r\nsecond\ra .. b\r");
  await waitFor(
    () => cli.out !== "",
    () => screen,
  );
  expect(cli.out).toBe("firstsecond\n");
  expect(screen).toContain("first\nsecond\n");
});

test("what is pasted goes where the cursor is, tabs and all", async () => {
  await start();
  input.write(`#''${LEFT}`);
  input.write("\tä\t\tb");
  expect(await type("")).toBe("6\n");
});

test("pasted lines are run one after the other", async () => {
  await start();
  const lines = Array.from({ length: 300 }, (_, index) => `v = ${String(index)} print(v)`);
  cli.clear();
  input.write(lines.join("\r") + ENTER);
  await waitFor(
    () => cli.out.endsWith("299\n"),
    () => cli.out,
  );
  expect(cli.out).toBe(lines.map((_, index) => `${String(index)}\n`).join(""));
});

test("what a timer prints does not disturb the line", async () => {
  await start();
  await type("require('ngx').timer.at(0.01, function() io.write('tick') end)");
  input.write("1 +");
  await waitFor(
    () => cli.out.includes("tick") && screen.includes("> 1 +"),
    () => screen,
  );
  expect(screen).toMatch(/\r\x1b\[0J\n\x1b\[1G\x1b\[0J> 1 \+/);
  expect(await type(" 1")).toBe("2\n");
});

test("output without a newline stays, the prompt goes to the next line", async () => {
  await start();
  cli.clear();
  input.write(`io.write("half")${ENTER}`);
  expect(await prompted()).toMatch(/\n\x1b\[1G\x1b\[0J> /);
});

test("_PROMPT may be anything", async () => {
  await start();
  await type("_PROMPT = '\\195\\164 '", "ä ");
  await type("_PROMPT = nil");
});

test("os.exit ends it", async () => {
  await start();
  input.write(`os.exit(3)${ENTER}`);
  expect(await exitCode).toBe(3);
});

test("a program may come first", async () => {
  cli.write("a.lua", "x = ... print(arg[0])");
  await start("-i", "a.lua", "5");
  expect(cli.out).toContain("a.lua\n");
  expect(await type("x")).toBe("5\n");
});

test("in a project its functions can be called", async () => {
  cli.write("p/app/gateway.lua", "return {}");
  cli.write("p/app/hello.lua", "return function(args) return {text = 'hello ' .. args.name} end");
  cli.write("p/app/sees.lua", "return function() return tostring(rawget(_G, 'flow')) end");
  await start("--project", "p");
  expect(cli.out).toContain("Project p: its modules by require; flow, topics, ngx, cjson");
  expect(await type("flow.call('hello', {name = 'you'}).text")).toBe("hello you\n");
  expect(await type("(require 'hello')({name = 'me'}).text")).toBe("hello me\n");
  expect(await type("flow.call('sees')")).toBe("nil\n");
  input.write("flow.call('hel");
  input.write(TAB);
  expect(await type("', {name = 'tab'}).text")).toBe("hello tab\n");
});
