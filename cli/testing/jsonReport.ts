/** The outcome of test files as JSON, for programs. */
import type { FilesOutcome } from "./runFiles.ts";
import type { TestFileOutcome } from "./runTestFile.ts";
import { failuresOf, problemOf } from "./summary.ts";

/** @param outputs What each file wrote to standard output, its TAP included. */
export function jsonReport(
  { outcomes, notRun }: FilesOutcome,
  outputs: ReadonlyMap<string, string>,
): string {
  const files = outcomes.map((outcome) => ({
    ...describeFile(outcome),
    output: outputs.get(outcome.file) ?? "",
  }));
  const tests = files.flatMap((file) => file.tests);
  const count = (status: string): number => tests.filter((each) => each.status === status).length;
  const report = {
    ok: files.every(({ ok }) => ok),
    passed: count("passed"),
    failed: count("failed"),
    skipped: count("skipped"),
    files,
    notRun,
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function describeFile(outcome: TestFileOutcome) {
  const { file, exitCode, signal, durationMs, results } = outcome;
  return {
    file,
    ok: failuresOf(outcome).length === 0,
    exitCode,
    signal,
    durationMs: rounded(durationMs),
    /** Why it failed as a whole. */
    problem: problemOf(outcome),
    tests: results.map((result) => ({
      name: result.name,
      status: result.isSkipped ? "skipped" : result.isOk ? "passed" : "failed",
      durationMs: rounded(result.durationMs),
      ...(result.isOk ? {} : { message: result.messages.join("\n") }),
    })),
  };
}

function rounded(durationMs: number): number {
  return Math.round(durationMs * 10) / 10;
}
