import { createTestCli, type TestCli } from "../context.testkit.ts";

// Each run starts processes.
jest.setTimeout(30_000);

let cli: TestCli;

beforeEach(async () => {
  cli = createTestCli();
  await cli.run("init", "hello");
  cli.clear();
});

afterEach(() => {
  cli.dispose();
});

test("a new project passes its test, as the README shows", async () => {
  expect(await cli.run("test", "hello")).toBe(0);
  expect(cli.err).toBe("");
  expect(cli.out.replace(/Started on .*/, "Started on").replace(/\d\.\d{3}/, "0.000")).toBe(
    "1..2\n# Started on\n# Starting class: testT\nok     1\ttestT.test_request\nok     2\ttestT.test_ret\n" +
      "# Ran 2 tests in 0.000 seconds, 2 successes, 0 failures\n# 1 file, 2 tests, 0 failures\n",
  );
});

test("a broken function fails the test, with file and line", async () => {
  cli.write("hello/app/hello.lua", "return function() return 'Hi' end");
  expect(await cli.run("test", "hello")).toBe(1);
  expect(cli.out).toContain("not ok 2\ttestT.test_ret\n");
  expect(cli.out).toContain(
    '#   test/test_hello.lua:7: testT.test_ret: expected: "Hello from Spacer!", actual: "Hi"\n',
  );
});

test("each file is a program of its own, and what it does harms no other", async () => {
  cli.write("hello/test/test_a.lua", "x = 1 io.write('no newline') os.exit(0)");
  cli.write("hello/test/test_b.lua", "assert(x == nil) local t = {} t.x.y = 1");
  cli.write("hello/test/test_c.lua", "x = = 1");
  cli.write("hello/test/test_d.lua", "while true do io.stderr:write() os.exit(9) end");
  expect(await cli.run("test", "hello")).toBe(1);
  expect(cli.out).toContain("# test/test_a.lua\nno newline\n# test/test_b.lua\n");
  const summary = cli.out.slice(cli.out.indexOf("# Failed:"));
  expect(summary).toBe(
    "# Failed:\n" +
      "#   test/test_b.lua:1: attempt to index field 'x' (a nil value)\n" +
      "#     > 1 | assert(x == nil) local t = {} t.x.y = 1\n" +
      "#   test/test_c.lua:1: unexpected symbol near '='\n" +
      "#     > 1 | x = = 1\n" +
      "#   test/test_d.lua: ended with exit code 9\n" +
      "# test/test_a.lua ran no tests of luaunit (they run by: os.exit(luaunit.LuaUnit.run()))\n" +
      "# 5 files, 2 tests, 3 failures\n",
  );
  expect(cli.err).not.toMatch(/\.[jt]s\b/);
}, 20_000);

test("names select files and tests", async () => {
  cli.write("hello/test/test_bad.lua", "error('not selected')");
  expect(await cli.run("test", "hello", "test_hello")).toBe(0);
  expect(cli.out).toContain("# 1 file, 2 tests, 0 failures\n");
  cli.clear();
  expect(await cli.run("test", "hello", "test_hello", "testT.test_ret")).toBe(0);
  expect(cli.out).toContain("# 1 file, 1 test, 0 failures\n");
  cli.clear();
  expect(await cli.run("test", "hello", "test_hello", "testT.test_nothing")).toBe(1);
  expect(cli.err).toBe("spacer: no test is called 'testT.test_nothing'\n");
}, 20_000);

test("a test requires what is in app, lib and test/", async () => {
  cli.write("hello/lib/mine.lua", "return 'lib'");
  cli.write("hello/test/support/helper.lua", "return 'helper'");
  cli.write(
    "hello/test/test_hello.lua",
    "assert(require 'mine' == 'lib' and require 'support/helper' == 'helper' and require 'hello')",
  );
  expect(await cli.run("test", "hello")).toBe(0);
});

test("a folder that is no project, and a project without tests", async () => {
  expect(await cli.run("test", "nowhere/else")).toBe(1);
  expect(cli.err).toBe(
    "spacer: there is no folder nowhere/else\n  hint: 'spacer init DIR' makes a project\n",
  );
  cli.clear();
  cli.write("bare/app/gateway.lua", "return {}");
  expect(await cli.run("test", "bare")).toBe(1);
  expect(cli.err).toMatch(/^spacer: there are no tests\n/);
});

const SUITE = (body: string) => `
local lu = require "luaunit"
testT = {}
${body}
os.exit(lu.LuaUnit.run())
`;

test("several files are one TAP, in the order of the files", async () => {
  cli.write("hello/test/test_a.lua", SUITE("function testT:test_1() io.write('ok so far') end"));
  cli.write("hello/test/test_b.lua", "error('broken')");
  expect(await cli.run("test", "hello", "--jobs", "3")).toBe(1);
  const lines = cli.out.split("\n").filter((line) => /^(?:not )?ok|^1\.\.|^# test/.test(line));
  expect(lines).toEqual([
    "# test/test_a.lua",
    "ok so far",
    "ok     1\ttestT.test_1",
    "# test/test_b.lua",
    "not ok 2\ttest/test_b.lua",
    "# test/test_hello.lua",
    "ok     3\ttestT.test_request",
    "ok     4\ttestT.test_ret",
    "1..4",
  ]);
}, 30_000);

test("a filter selects tests by a part of their names", async () => {
  cli.write(
    "hello/test/test_hello.lua",
    SUITE("function testT:test_user() end function testT:test_order() error('x') end"),
  );
  expect(await cli.run("test", "hello", "--filter", "user$")).toBe(0);
  expect(cli.out).toContain("# 1 file, 1 test, 0 failures\n");
  cli.clear();
  expect(await cli.run("test", "hello", "--filter", "nothing")).toBe(1);
  expect(cli.err).toContain("spacer: no test has a name that matches 'nothing'\n");
  cli.clear();
  expect(await cli.run("test", "hello", "testT", "--filter", "user")).toBe(1);
  expect(cli.err).toContain("--filter and names of tests both say which tests to run");
}, 30_000);

test("with --bail the first failure is the last thing that runs", async () => {
  cli.write(
    "hello/test/test_a.lua",
    SUITE("function testT:test_1() error('x') end function testT:test_2() print('later') end"),
  );
  cli.write("hello/test/test_b.lua", "print('never')");
  expect(await cli.run("test", "hello", "--bail", "--jobs", "1")).toBe(1);
  expect(cli.out).not.toMatch(/^(?:later|never)|test_b/m);
  expect(cli.out).toContain("# 1 file, 1 test, 1 failure, 2 files not run\n");
}, 30_000);

test("JSON says what became of each test", async () => {
  cli.write("hello/test/test_hello.lua", SUITE("function testT:test_1() lu.fail('no') end"));
  expect(await cli.run("test", "hello", "--json")).toBe(1);
  expect(JSON.parse(cli.out)).toMatchObject({
    ok: false,
    passed: 0,
    failed: 1,
    files: [
      {
        file: "test/test_hello.lua",
        ok: false,
        exitCode: 1,
        tests: [
          {
            name: "testT.test_1",
            status: "failed",
            message: expect.stringMatching(/^test\/test_hello\.lua:4: no$/) as string,
          },
        ],
      },
    ],
    notRun: [],
  });
}, 30_000);

test("a file that hangs is stopped", async () => {
  cli.write("hello/test/test_hello.lua", "print('begun') io.stdout:flush() while true do end");
  expect(await cli.run("test", "hello", "--timeout", "8")).toBe(1);
  expect(cli.out).toBe(
    "begun\n# Failed:\n#   test/test_hello.lua: took longer than 8 s, and was stopped (--timeout)\n" +
      "# 1 file, 0 tests, 1 failure\n",
  );
}, 30_000);

test.each([
  [["--jobs", "0"], "--jobs must be 1 or more"],
  [["--timeout", "0"], "--timeout must be 1 second or more"],
  [["--watch", "--json"], "--watch is for people, --json for programs"],
])("%j can't be", async (words, message) => {
  expect(await cli.run("test", "hello", ...words)).toBe(1);
  expect(cli.err).toContain(`spacer: ${message}`);
});
