import { createTestCli, waitFor, type TestCli } from "../context.testkit.ts";

let cli: TestCli;
let ended: Promise<number>;

beforeEach(async () => {
  cli = createTestCli();
  await cli.run("init", "hello");
  const suite = (body: string) => `local lu = require "luaunit"
testT = {}
function testT:test_1() ${body} end
os.exit(lu.LuaUnit.run())
`;
  cli.write("hello/lib/shared.lua", "return 1");
  cli.write(
    "hello/test/test_hello.lua",
    suite("lu.assertEquals(require 'hello'(), 'Hello from Spacer!')"),
  );
  cli.write("hello/test/test_shared.lua", suite("lu.assertEquals(require 'shared', 1)"));
  cli.clear();
  ended = cli.run("test", "hello", "--watch");
}, 30_000);

afterEach(async () => {
  cli.interrupt();
  await ended;
  cli.dispose();
}, 30_000);

/** Waits until all that runs has run: what was written since. */
async function quiet(): Promise<string> {
  await waitFor(
    () => cli.out.includes("# watching"),
    () => cli.out + cli.err,
    30_000,
  );
  const { out } = cli;
  cli.clear();
  return out;
}

test("all run first, then what a save touches, and what failed with any save", async () => {
  expect(await quiet()).toContain("# 2 files, 2 tests, 0 failures\n");
  cli.write("hello/lib/shared.lua", "return 2");
  const first = await quiet();
  expect(first).toContain("# lib/shared.lua: saved\n");
  expect(first).toContain("# 1 file, 1 test, 1 failure\n");
  expect(first).toContain("test/test_shared.lua:3: testT.test_1: expected: 1, actual: 2");
  cli.write("hello/app/hello.lua", "return function() return 'Hello from Spacer!' end");
  expect(await quiet()).toContain("# 2 files, 2 tests, 1 failure\n");
  cli.write("hello/lib/shared.lua", "return 1");
  expect(await quiet()).toContain("# 1 file, 1 test, 0 failures\n");
  cli.interrupt();
  expect(await ended).toBe(0);
}, 60_000);

test("test files come and go; the exit code is that of what failed last", async () => {
  await quiet();
  cli.write("hello/test/test_new.lua", "error('new')");
  expect(await quiet()).toContain("#   test/test_new.lua:1: new\n");
  cli.interrupt();
  expect(await ended).toBe(1);
}, 60_000);
