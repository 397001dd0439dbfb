/** What `spacer test` says when all files have run. */
import type { Style } from "../style.ts";
import type { TestFileOutcome } from "./runTestFile.ts";

export interface Summary {
  /** Comment lines of TAP. */
  readonly text: string;
  readonly isSuccess: boolean;
  /** How many tests ran, skipped ones not counted. */
  readonly testCount: number;
}

export function summarize(outcomes: readonly TestFileOutcome[], style: Style): Summary {
  const results = outcomes.flatMap((outcome) => outcome.results);
  const failures = outcomes.flatMap(describeFailures);
  const skippedCount = results.filter((result) => result.isSkipped).length;
  const testCount = results.length - skippedCount;
  const counts = [
    counted(outcomes.length, "file"),
    counted(testCount, "test"),
    counted(failures.length, "failure"),
    ...(skippedCount === 0 ? [] : [`${String(skippedCount)} skipped`]),
  ];
  const paint = failures.length === 0 ? style.green : style.red;
  const lines = [
    ...(failures.length === 0 ? [] : ["Failed:", ...failures.map((line) => `  ${line}`)]),
    ...outcomes.filter(ranNothing).map(describeEmpty),
    paint(counts.join(", ")),
  ];
  return {
    text: lines.map((line) => `# ${line}\n`).join(""),
    isSuccess: failures.length === 0,
    testCount,
  };
}

/** One line per failed test, and one for a file that did not end as it should. */
function describeFailures(outcome: TestFileOutcome): string[] {
  const failed = outcome.results.filter((result) => !result.isOk);
  const lines = failed.map(({ name, messages }) => {
    const message = shortMessage(messages);
    const place = /^(\S.*?:\d+): (.*)$/s.exec(message);
    return place === null
      ? `${outcome.file}: ${name}${message === "" ? "" : `: ${message}`}`
      : `${String(place[1])}: ${name}: ${String(place[2])}`;
  });
  const complaint = describeEnd(outcome, failed.length);
  return complaint === undefined ? lines : [...lines, complaint];
}

/** The first line, with the actual value where luaunit puts that into the second one. */
function shortMessage([first = "", second = ""]: readonly string[]): string {
  return second.startsWith("actual: ") ? `${first}, ${second}` : first;
}

/** @returns `undefined` when the file ended properly. */
function describeEnd(outcome: TestFileOutcome, failedCount: number): string | undefined {
  const { file, exitCode, signal, plannedCount, results } = outcome;
  if (signal !== undefined) return `${file}: was stopped by ${signal}`;
  const missingCount = (plannedCount ?? results.length) - results.length;
  if (exitCode !== 0 && failedCount === 0) {
    const reason = outcome.errorLines.find((line) => /^(lua|spacer): /.test(line));
    const text = reason?.replace(/^(lua|spacer): /, "");
    if (text === undefined) return `${file}: ended with exit code ${String(exitCode)}`;
    return text.startsWith(`${file}:`) ? text : `${file}: ${text}`;
  }
  return missingCount > 0
    ? `${file}: ended before ${counted(missingCount, "test")} had run`
    : undefined;
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
