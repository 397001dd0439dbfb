/** Reads the TAP (Test Anything Protocol) that a test file prints, line by line. */

export interface TestResult {
  readonly name: string;
  readonly isOk: boolean;
  readonly isSkipped: boolean;
  /** The comment lines that follow a failed test: what failed, with file and line. */
  readonly messages: readonly string[];
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
  messages: string[];
}

export function createTapReader(): TapReader {
  const results: OpenResult[] = [];
  let plannedCount: number | undefined;
  let rest = "";

  function readLine(line: string): void {
    const plan = /^1\.\.(\d+)\s*(?:#.*)?$/.exec(line);
    const result = /^(not )?ok\s+\d+\s*(?:- )?(.*)$/.exec(line);
    const message = /^# {3}(.*)$/.exec(line);
    if (plan !== null) {
      plannedCount = (plannedCount ?? 0) + Number(plan[1]);
    } else if (result !== null) {
      const text = result[2] ?? "";
      results.push({
        name: text.replace(/\s*# SKIP.*$/i, ""),
        isOk: result[1] === undefined,
        isSkipped: /# SKIP/i.test(text),
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
