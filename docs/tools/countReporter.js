/** Without a reference Lua there are thousands. */
const MAX_NAMES = 40;

/** @param {readonly string[]} names */
function shorten(names) {
  const hidden = names.length - MAX_NAMES;
  return hidden <= 1 ? names : [...names.slice(0, MAX_NAMES), `and ${hidden} others`];
}

/**
 * A reporter of Jest (see jest.config.ts) that names what was skipped, and ends the output with one line for programs to
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
    const line = `${list}${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`;
    // Jest's own summary is still to come.
    process.once("exit", () => process.stdout.write(line));
  }
}
