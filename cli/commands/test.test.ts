import { createTestCli, type TestCli } from "../context.testkit.ts";

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
    "1..1\n# Started on\n# Starting class: testT\nok     1\ttestT.test_ret\n" +
      "# Ran 1 tests in 0.000 seconds, 1 success, 0 failures\n# 1 file, 1 test, 0 failures\n",
  );
});

test("a broken function fails the test, with file and line", async () => {
  cli.write("hello/app/hello.lua", "return function() return 'Hi' end");
  expect(await cli.run("test", "hello")).toBe(1);
  expect(cli.out).toContain("not ok 1\ttestT.test_ret\n");
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
      "#   test/test_c.lua:1: unexpected symbol near '='\n" +
      "#   test/test_d.lua: ended with exit code 9\n" +
      "# test/test_a.lua ran no tests of luaunit (they run by: os.exit(luaunit.LuaUnit.run()))\n" +
      "# 5 files, 1 test, 3 failures\n",
  );
  expect(cli.err).not.toMatch(/\.[jt]s\b/);
}, 20_000);

test("names select files and tests", async () => {
  cli.write("hello/test/test_bad.lua", "error('not selected')");
  expect(await cli.run("test", "hello", "test_hello")).toBe(0);
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
