import { spawnSync } from "node:child_process";
import { createTestCli, type TestCli } from "../context.testkit.ts";

let cli: TestCli;

beforeEach(() => {
  cli = createTestCli();
});

afterEach(() => {
  cli.dispose();
});

test("a program gets its arguments, and words before it at negative indexes", async () => {
  cli.write("a.lua", "print(arg[-3], arg[-2], arg[-1], arg[0], arg[1], arg[2], #arg, ...)");
  expect(await cli.run("run", "-e", "x = 1", "a.lua", "p", "--lua")).toBe(0);
  expect(cli.out).toBe("spacer-lua\t-e\tx = 1\ta.lua\tp\t--lua\t2\tp\t--lua\n");
});

test("code and modules run first, in one state", async () => {
  cli.write("m.lua", "y = 2");
  cli.write("a.lua", "print(x, y, z)");
  expect(await cli.run("run", "-l", "m", "-e", "x = 1", "-e", "z = x + y", "a.lua")).toBe(0);
  expect(cli.out).toBe("1\t2\t3\n");
});

test.each([
  ["os.exit(3)", 3],
  ["os.exit(true)", 0],
  ["os.exit(false)", 1],
  ["pcall(os.exit, 4)", 4],
  ["return 7", 0],
])("%s ends with exit code %d", async (code, exitCode) => {
  expect(await cli.run("run", "-e", code)).toBe(exitCode);
  expect(cli.err).toBe("");
});

test("timers that are pending when a program ends are told so", async () => {
  const timer =
    "require('ngx').timer.at(60, function(premature) print('premature', premature) end)";
  expect(await cli.run("run", "-e", `${timer} print("end")`)).toBe(0);
  expect(cli.out).toBe("end\npremature\ttrue\n");
});

test("no timer is called once os.exit was", async () => {
  const timer = "require('ngx').timer.at(60, print)";
  expect(await cli.run("run", "-e", `${timer} os.exit(4)`)).toBe(4);
  expect([cli.out, cli.err]).toEqual(["", ""]);
});

test("a timer that is called at the end may exit", async () => {
  const timer = "require('ngx').timer.at(60, function() os.exit(5) end)";
  expect(await cli.run("run", "-e", timer)).toBe(5);
  expect(cli.err).toBe("");
});

test("output before os.exit is not lost", async () => {
  expect(await cli.run("run", "-e", "io.write('a') io.stderr:write('b') os.exit(0)")).toBe(0);
  expect([cli.out, cli.err]).toEqual(["a", "b"]);
});

test("a runtime error is told with its traceback", async () => {
  cli.write("a.lua", "local function f() error('boom') end\n\nf()\n");
  expect(await cli.run("run", "a.lua")).toBe(1);
  expect(cli.err).toBe(
    "lua: a.lua:1: boom\nstack traceback:\n\t[C]: in function 'error'\n" +
      "\ta.lua:1: in function 'f'\n\ta.lua:3: in main chunk\n",
  );
});

test.each([
  ["local x\nx = = 1", "lua: a.lua:2: unexpected symbol near '='\n"],
  ["error({})", "lua: (error object is not a string)\n"],
  ["error()", ""],
  ["error('plain', 0)", /^lua: plain\nstack traceback:\n/],
  ["error(42)", /^lua: a.lua:1: 42\nstack/],
  ["error(setmetatable({}, {__tostring = function() return 'hey' end}))", /^lua: hey\n/],
  ["local t = nil; t.x = 1", /^lua: a.lua:1: attempt to index local 't' \(a nil value\)\n/],
  ["require 'nowhere'", /^lua: a.lua:1: module 'nowhere' not found:\n/],
])("%s", async (program, error) => {
  cli.write("a.lua", program);
  expect(await cli.run("run", "a.lua")).toBe(1);
  if (typeof error === "string") expect(cli.err).toBe(error);
  else expect(cli.err).toMatch(error);
  expect(cli.err).not.toMatch(/\.[jt]s\b/);
});

test("errors in -e carry the name that lua gives it", async () => {
  expect(await cli.run("run", "-e", "x = = 1")).toBe(1);
  expect(cli.err).toBe("lua: (command line):1: unexpected symbol near '='\n");
});

test("a file that is not there", async () => {
  expect(await cli.run("run", "nowhere.lua")).toBe(1);
  expect(cli.err).toBe("lua: cannot open nowhere.lua: No such file or directory\n");
});

test("bytes pass through as they are", async () => {
  cli.write("a.lua", "print('\\195\\164', 'ä', #'ä', #'€', arg[1], #arg[1])");
  expect(await cli.run("run", "a.lua", "ö")).toBe(0);
  expect(cli.out).toBe("ä\tä\t2\t3\tö\t2\n");
});

test("-e and -l run in the order in which they are given", async () => {
  cli.write("m.lua", "x = x + 1");
  await cli.run("run", "-e", "x = 1", "-lm", "-eprint(x)", "-e", "");
  expect(cli.out).toBe("2\n");
});

test.each([
  [["-v"], /^spacer \d\S* -- Lua 5\.1 as in LuaJIT 2\.1 -- Copyright \(C\) \d{4} .*\n$/],
  [["-v", "-e", "print(1)"], /^spacer .*\n1\n$/],
  [["-v", "--lua", "openresty"], /^spacer .* with 5\.2 compatibility .*\n$/],
  [["-vE", "-O3", "-jon", "-j", "flush", "-O"], /^spacer .*\n$/],
])("%j says what it is", async (words, text) => {
  expect(await cli.run("run", ...words)).toBe(0);
  expect(cli.out).toMatch(text);
});

test.each([
  [["-b", "a.lua"], "-b needs two files: the program, and where to save it"],
  [["-b"], "-b needs two files: the program, and where to save it"],
  [["-jdump", "a.lua"], "there is no 'jit.dump' here (-j): V8 compiles the code"],
  [["-j", "p=vl", "a.lua"], "there is no 'jit.p' here (-j): V8 compiles the code"],
  [["-f"], "unknown option '-f' of 'spacer run'"],
  [["-e"], "option '-e' needs a value"],
  [["-l", ""], "option '-l' needs a value"],
])("%j is refused", async (words, message) => {
  expect(await cli.run("run", ...words)).toBe(1);
  expect(cli.err).toContain(`spacer: ${message}\n`);
});

test("-b saves a program that runs", async () => {
  cli.write("a.lua", "local x = ... print(x, arg[0])\nerror('no')");
  expect(await cli.run("run", "-b", "a.lua", "a.out")).toBe(0);
  expect(cli.out).toBe("");
  expect(await cli.run("run", "a.out", "1")).toBe(1);
  // Neither names nor lines are in there.
  expect([cli.out, cli.err]).toEqual([
    "1\ta.out\n",
    expect.stringMatching(/^lua: a\.out:(?!2:)\S* no\n/),
  ]);
  cli.clear();
  expect(await cli.run("run", "-b", "nowhere.lua", "b.out")).toBe(1);
  expect(cli.err).toMatch(/^lua: cannot open nowhere.lua: No such file or directory\n/);
});

test("SPACER_LUA is the dialect unless one is given", async () => {
  const other = createTestCli({ SPACER_LUA: "openresty" });
  await other.run("run", "-e", "print(#setmetatable({}, {__len = function() return 5 end}))");
  await other.run("run", "--lua", "luajit", "-e", "print(#setmetatable({}, {__len = print}))");
  expect(other.out).toBe("5\n0\n");
  other.dispose();
  const wrong = createTestCli({ SPACER_LUA: "5.9" });
  expect(await wrong.run("run", "-e", "")).toBe(1);
  expect(wrong.err).toContain("SPACER_LUA is '5.9'");
  wrong.dispose();
});

test("within a project, lines are read too", () => {
  cli.write("p/app/gateway.lua", "return {}");
  cli.write("p/app/hello.lua", "return function(args) return 'hello ' .. args.name end");
  const lines = "=flow.call('hello', {name = 'you'})\n=rawget(_G, 'flow')\n";
  const { stdout, stderr } = run(["-i", "--project", "p"], lines);
  expect([stdout.split("\n").slice(1).join("\n"), stderr]).toEqual([
    "> hello you\n> nil\n> \n",
    "",
  ]);
});

test("the dialect can be chosen", async () => {
  const code = "print(#setmetatable({}, {__len = function() return 5 end}))";
  await cli.run("run", "-e", code);
  await cli.run("run", "--lua", "openresty", "-e", code);
  expect(cli.out).toBe("0\n5\n");
});

test("within a project its modules are found, wherever the command is given", async () => {
  cli.write("p/app/gateway.lua", "return {}");
  cli.write("p/app/models/a.lua", "return 'app'");
  cli.write("p/lib/b.lua", "return 'lib'");
  cli.write("p/tools/main.lua", "print(require 'models/a', require 'models.a', require 'b')");
  expect(await cli.run("run", "--project", "p", "tools/main.lua")).toBe(0);
  expect(cli.out).toBe("app\tapp\tlib\n");
});

/** As a process of its own. */
function run(words: string[], input = "") {
  const [program = "", ...rest] = cli.context.self;
  const options = { cwd: cli.cwd, input, encoding: "utf8" } as const;
  const { status, stdout, stderr } = spawnSync(program, [...rest, "run", ...words], options);
  return { status, stdout, stderr };
}

describe("as a process", () => {
  test("reads a program from standard input", () => {
    expect(run(["-", "a", "b"], "print(arg[0], ...)")).toEqual({
      status: 0,
      stdout: "-\ta\tb\n",
      stderr: "",
    });
    expect(run([], "error('x', 0)")).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^lua: x\nstack traceback:\n/) as string,
    });
  });

  test("a program reads its standard input", () => {
    cli.write("a.lua", "for line in io.lines() do print(#line, line) end os.exit(5)");
    expect(run(["a.lua"], "one\n\ntwo")).toEqual({
      status: 5,
      stdout: "3\tone\n0\t\n3\ttwo\n",
      stderr: "",
    });
  });

  test("Lua recurses as deep as in LuaJIT", () => {
    const code = "local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end";
    expect(run(["-e", `${code} print(f(21000)) print(pcall(f, 1e7))`])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^21000\nfalse\t.*stack overflow/) as string,
    });
  });
});
