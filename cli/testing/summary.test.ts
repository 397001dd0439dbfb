import { Writable } from "node:stream";
import { styleFor } from "../style.ts";
import type { TestFileOutcome } from "./runTestFile.ts";
import { summarize } from "./summary.ts";

const style = styleFor(new Writable(), {});
const ok = { name: "testT.test_a", isOk: true, isSkipped: false, durationMs: 1, messages: [] };
const good: TestFileOutcome = {
  file: "test/x.lua",
  plannedCount: 1,
  results: [ok],
  exitCode: 0,
  signal: undefined,
  hasBailed: false,
  timedOutMs: undefined,
  durationMs: 5,
  errorLines: [],
};

function summaryOf(...changes: Partial<TestFileOutcome>[]) {
  return summarize(
    changes.map((change) => ({ ...good, ...change })),
    { style },
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
  [
    "takes too long",
    { exitCode: undefined, signal: "SIGTERM", timedOutMs: 1500 },
    "test/x.lua: took longer than 1.5 s, and was stopped (--timeout)",
  ],
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

test("tests that were left out on purpose are no failure of their own", () => {
  const failed = { ...ok, isOk: false, messages: ["test/x.lua:3: no"] };
  const { text } = summaryOf({ results: [failed], plannedCount: 3, exitCode: 1, hasBailed: true });
  expect(text).toBe("# Failed:\n#   test/x.lua:3: testT.test_a: no\n# 1 file, 1 test, 1 failure\n");
});

test("lines around failures, what was left out, and the slowest tests are told", () => {
  const failed = { ...ok, isOk: false, durationMs: 1234, messages: ["app/y.lua:7: boom"] };
  const { text } = summarize([{ ...good, results: [ok, failed], plannedCount: 2, exitCode: 1 }], {
    style,
    notRun: ["test/z.lua"],
    showsSlowest: true,
    frameOf: (file, line) => [`> ${String(line)} | of ${file}`],
  });
  expect(text).toBe(
    "# Failed:\n#   app/y.lua:7: testT.test_a: boom\n#     > 7 | of app/y.lua\n" +
      "# Slowest:\n#   1.2 s testT.test_a (test/x.lua)\n#   1 ms testT.test_a (test/x.lua)\n" +
      "# 1 file, 2 tests, 1 failure, 1 file not run\n",
  );
});
