import { Writable } from "node:stream";
import { styleFor } from "../style.ts";
import type { TestFileOutcome } from "./runTestFile.ts";
import { summarize } from "./summary.ts";

const style = styleFor(new Writable(), {});
const ok = { name: "testT.test_a", isOk: true, isSkipped: false, messages: [] };
const good: TestFileOutcome = {
  file: "test/x.lua",
  plannedCount: 1,
  results: [ok],
  exitCode: 0,
  signal: undefined,
  errorLines: [],
};

function summaryOf(...changes: Partial<TestFileOutcome>[]) {
  return summarize(
    changes.map((change) => ({ ...good, ...change })),
    style,
  );
}

test("success", () => {
  expect(summaryOf({}, { results: [ok, { ...ok, isSkipped: true }], plannedCount: 2 })).toEqual({
    text: "# 2 files, 2 tests, 0 failures, 1 skipped\n",
    isSuccess: true,
    testCount: 2,
  });
});

test("a failed test is named with its place", () => {
  const messages = ["test/x.lua:3: expected: 1", "actual: 2"];
  expect(summaryOf({ results: [{ ...ok, isOk: false, messages }], exitCode: 1 })).toEqual({
    text:
      "# Failed:\n#   test/x.lua:3: testT.test_a: expected: 1, actual: 2\n" +
      "# 1 file, 1 test, 1 failure\n",
    isSuccess: false,
    testCount: 1,
  });
});

test("256 failures are no success, though the exit code is 0", () => {
  expect(summaryOf({ results: [{ ...ok, isOk: false }], exitCode: 0 }).isSuccess).toBe(false);
});

test.each<[string, Partial<TestFileOutcome>, string]>([
  [
    "raises an error",
    {
      results: [],
      plannedCount: undefined,
      exitCode: 1,
      errorLines: ["lua: test/x.lua:7: boom", "stack traceback:"],
    },
    "test/x.lua:7: boom",
  ],
  [
    "has an error in what it requires",
    { results: [], exitCode: 1, errorLines: ["lua: app/y.lua:1: '=' expected near 'z'"] },
    "test/x.lua: app/y.lua:1: '=' expected near 'z'",
  ],
  ["exits with an error", { exitCode: 3 }, "test/x.lua: ended with exit code 3"],
  ["stops in the middle", { plannedCount: 3 }, "test/x.lua: ended before 2 tests had run"],
  ["is killed", { exitCode: undefined, signal: "SIGKILL" }, "test/x.lua: was stopped by SIGKILL"],
])("a file that %s is a failure", (_what, change, line) => {
  const { text, isSuccess } = summaryOf(change);
  expect(text).toContain(`#   ${line}\n`);
  expect(isSuccess).toBe(false);
});

test("a file without tests of luaunit is no failure, but told about", () => {
  const { text, isSuccess } = summaryOf({ results: [], plannedCount: undefined });
  expect(text).toContain("test/x.lua ran no tests of luaunit");
  expect(isSuccess).toBe(true);
});
