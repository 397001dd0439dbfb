/** Reads the TAP (Test Anything Protocol) that a test file prints, line by line. */

export interface TestResult {
  readonly name: string;
  readonly isOk: boolean;
  readonly isSkipped: boolean;
  /** From the line before that belongs to a test, or the plan, to this one. */
  readonly durationMs: number;
  /** The comment lines that follow a failed test: what failed, with file and line. */
  readonly messages: readonly string[];
}

/** The line of a result, taken apart. */
export interface ResultLine {
  /** What the test has printed before, without a line break. */
  readonly before: string;
  readonly isOk: boolean;
  /** What is behind the number: the name, and whether it was skipped. */
  readonly rest: string;
}

/** @param number That of the next result: only then it may stand behind other text. */
export function readResult(line: string, number: number): ResultLine | undefined {
  const [, failed, rest] = /^(not )?ok\s+\d+\s*(.*)$/.exec(line) ?? [];
  if (rest !== undefined) return { before: "", isOk: failed === undefined, rest };
  // As luaunit writes it.
  const behind = /^(.+?)(not )?ok +(\d+)\t(.*)$/.exec(line);
  if (behind === null || Number(behind[3]) !== number) return undefined;
  return { before: behind[1] ?? "", isOk: behind[2] === undefined, rest: behind[4] ?? "" };
}

export interface TapReader {
  /** Takes output as it comes; it may end anywhere. */
  push(text: string): void;
  /** All results, after the last output. */
  finish(): TapOutcome;
}

export interface TapOutcome {
  readonly results: readonly TestResult[];
  /** How many tests there should be; `undefined` when no plan was printed. */
  readonly plannedCount: number | undefined;
}

interface OpenResult {
  name: string;
  isOk: boolean;
  isSkipped: boolean;
  durationMs: number;
  messages: string[];
}

/** @param now Milliseconds since some time. */
export function createTapReader(now: () => number = () => 0): TapReader {
  let sinceMs = now();
  const results: OpenResult[] = [];
  let plannedCount: number | undefined;
  let rest = "";

  function readLine(line: string): void {
    const plan = /^1\.\.(\d+)\s*(?:#.*)?$/.exec(line);
    const result = readResult(line, results.length + 1);
    const message = /^# {3}(.*)$/.exec(line);
    const beforeMs = sinceMs;
    if (plan !== null || result !== undefined) sinceMs = now();
    if (plan !== null) {
      plannedCount = (plannedCount ?? 0) + Number(plan[1]);
    } else if (result !== undefined) {
      const text = result.rest.replace(/^- /, "");
      results.push({
        name: text.replace(/\s*# SKIP.*$/i, ""),
        isOk: result.isOk,
        isSkipped: /# SKIP/i.test(text),
        durationMs: sinceMs - beforeMs,
        messages: [],
      });
    } else if (message !== null) {
      results.at(-1)?.messages.push(message[1] ?? "");
    }
  }

  return {
    push(text) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      lines.forEach(readLine);
    },
    finish() {
      readLine(rest);
      rest = "";
      return { results, plannedCount };
    },
  };
}
