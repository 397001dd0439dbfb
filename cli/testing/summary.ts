/** What `spacer test` says when all files have run. */
import type { Style } from "../style.ts";
import { durationText } from "./durationText.ts";
import type { TestFileOutcome } from "./runTestFile.ts";

export interface Summary {
  /** Comment lines of TAP. */
  readonly text: string;
  readonly isSuccess: boolean;
  /** How many tests ran, skipped ones not counted. */
  readonly testCount: number;
}

export interface SummaryOptions {
  readonly style: Style;
  /** Files that were left out after a failure. */
  readonly notRun?: readonly string[];
  /** The lines around a place, for people; none when there is no such place. */
  readonly frameOf?: (file: string, line: number) => readonly string[];
  /** Whether to name the tests that took longest. */
  readonly showsSlowest?: boolean;
}

/** A failed test, or a file that failed as a whole. */
export interface Failure {
  readonly file: string;
  /** `undefined`: the file. */
  readonly test: string | undefined;
  /** Where; `undefined` when that is not known. */
  readonly place: { readonly file: string; readonly line: number } | undefined;
  /** Why, in one line. */
  readonly message: string;
}

/** So many failures are shown with their lines. */
const MAX_FRAMES = 10;
const SLOWEST_COUNT = 5;

export function summarize(
  outcomes: readonly TestFileOutcome[],
  { style, notRun = [], frameOf, showsSlowest = false }: SummaryOptions,
): Summary {
  const results = outcomes.flatMap((outcome) => outcome.results);
  const failures = outcomes.flatMap(failuresOf);
  const skippedCount = results.filter((result) => result.isSkipped).length;
  const testCount = results.length - skippedCount;
  const counts = [
    counted(outcomes.length, "file"),
    counted(testCount, "test"),
    counted(failures.length, "failure"),
    ...(skippedCount === 0 ? [] : [`${String(skippedCount)} skipped`]),
    ...(notRun.length === 0 ? [] : [`${counted(notRun.length, "file")} not run`]),
  ];
  const paint = failures.length === 0 ? style.green : style.red;
  const described = failures.flatMap((failure, index) => {
    const { place } = failure;
    const frame =
      place === undefined || index >= MAX_FRAMES ? [] : frameOf?.(place.file, place.line);
    return [`  ${describe(failure)}`, ...(frame ?? []).map((line) => `    ${line}`)];
  });
  const lines = [
    ...(failures.length === 0 ? [] : ["Failed:", ...described]),
    ...outcomes.filter(ranNothing).map(describeEmpty),
    ...(showsSlowest ? describeSlowest(outcomes) : []),
    paint(counts.join(", ")),
  ];
  return {
    text: lines.map((line) => `# ${line}\n`).join(""),
    isSuccess: failures.length === 0,
    testCount,
  };
}

/** Its failed tests, and one for the file when it did not end as it should. */
export function failuresOf(outcome: TestFileOutcome): Failure[] {
  const { file } = outcome;
  const failed = outcome.results.filter((result) => !result.isOk);
  const failures = failed.map(({ name, messages }) =>
    toFailure(file, name, shortMessage(messages)),
  );
  const problem = problemOf(outcome);
  return problem === undefined ? failures : [...failures, toFailure(file, undefined, problem)];
}

/** @returns Why the file failed as a whole; `undefined` when it ended properly. */
export function problemOf(outcome: TestFileOutcome): string | undefined {
  const { exitCode, signal, timedOutMs, plannedCount, results, hasBailed } = outcome;
  if (timedOutMs !== undefined) {
    return `took longer than ${durationText(timedOutMs)}, and was stopped (--timeout)`;
  }
  if (signal !== undefined) return `was stopped by ${signal}`;
  const missingCount = (plannedCount ?? results.length) - results.length;
  if (exitCode !== 0 && results.every((result) => result.isOk)) {
    const reason = outcome.errorLines.find((line) => /^(lua|spacer): /.test(line));
    return reason?.replace(/^(lua|spacer): /, "") ?? `ended with exit code ${String(exitCode)}`;
  }
  return missingCount > 0 && !hasBailed
    ? `ended before ${counted(missingCount, "test")} had run`
    : undefined;
}

function toFailure(file: string, test: string | undefined, text: string): Failure {
  const [, place = "", line = "", message = ""] = /^(\S.*?):(\d+): (.*)$/s.exec(text) ?? [];
  return place === ""
    ? { file, test, place: undefined, message: text }
    : { file, test, place: { file: place, line: Number(line) }, message };
}

/** "test/test_hello.lua:7: testT.test_ret: expected: 1, actual: 2" */
function describe({ file, test, place, message }: Failure): string {
  const at = place === undefined ? undefined : `${place.file}:${String(place.line)}`;
  // What is wrong in another file is told with the test file whose failure it is, unless a test is named.
  const where = at === undefined || (test === undefined && place?.file !== file) ? [file] : [];
  return [...where, at, test, message]
    .filter((part) => part !== undefined && part !== "")
    .join(": ");
}

/** The first line, with the actual value where luaunit puts that into the second one. */
function shortMessage([first = "", second = ""]: readonly string[]): string {
  return second.startsWith("actual: ") ? `${first}, ${second}` : first;
}

function describeSlowest(outcomes: readonly TestFileOutcome[]): string[] {
  const tests = outcomes.flatMap(({ file, results }) =>
    results.map(({ name, durationMs }) => ({ file, name, durationMs })),
  );
  const slowest = tests.sort((a, b) => b.durationMs - a.durationMs).slice(0, SLOWEST_COUNT);
  return slowest.length === 0
    ? []
    : [
        "Slowest:",
        ...slowest.map(
          ({ file, name, durationMs }) => `  ${durationText(durationMs)} ${name} (${file})`,
        ),
      ];
}

function ranNothing({ plannedCount, results, exitCode }: TestFileOutcome): boolean {
  return plannedCount === undefined && results.length === 0 && exitCode === 0;
}

function describeEmpty({ file }: TestFileOutcome): string {
  return `${file} ran no tests of luaunit (they run by: os.exit(luaunit.LuaUnit.run()))`;
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? "" : "s"}`;
}
