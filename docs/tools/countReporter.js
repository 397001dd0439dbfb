import { relative } from "node:path";

/** Without a reference Lua there are thousands. */
const MAX_NAMES = 40;

/** So many of the slowest files are named after a run of more than twice as many. */
const SLOWEST_COUNT = 10;

/** @param {readonly string[]} names */
function shorten(names) {
  const hidden = names.length - MAX_NAMES;
  return hidden <= 1 ? names : [...names.slice(0, MAX_NAMES), `and ${hidden} others`];
}

/**
 * Where the time went; the order of the next run can heed it (testSequencer.js).
 *
 * @param {import("@jest/test-result").AggregatedResult} results
 */
function slowest({ testResults }) {
  if (testResults.length <= 2 * SLOWEST_COUNT) return "";
  const seconds = ({ perfStats }) => (perfStats.end - perfStats.start) / 1000;
  const lines = [...testResults]
    .sort((a, b) => seconds(b) - seconds(a))
    .slice(0, SLOWEST_COUNT)
    .map(
      (file) =>
        `slow: ${seconds(file).toFixed(1)} s ${relative(process.cwd(), file.testFilePath)}\n`,
    );
  return lines.join("");
}

/**
 * A reporter of Jest (see jest.config.ts) that names the slowest files and what was skipped, and ends the output with one line for programs to
 * read. JavaScript, because Jest loads reporters as they are.
 */
export default class CountReporter {
  /**
   * @param {unknown} _contexts
   * @param {import("@jest/test-result").AggregatedResult} results
   */
  onRunComplete(_contexts, results) {
    // A file that does not load has no tests to count.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const names = results.testResults.flatMap((file) =>
      file.testResults.filter(({ status }) => status === "pending").map(({ fullName }) => fullName),
    );
    const list = shorten([...new Set(names)])
      .map((name) => `skipped: ${name}\n`)
      .join("");
    const line = `${slowest(results)}${list}${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`;
    // Jest's own summary is still to come.
    process.once("exit", () => process.stdout.write(line));
  }
}
