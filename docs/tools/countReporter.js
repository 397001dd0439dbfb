/**
 * A reporter of Jest (see jest.config.ts) that ends the output with one line for programs to read.
 * JavaScript, because Jest loads reporters as they are.
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
    const line = `${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`;
    // Jest's own summary is still to come.
    process.once("exit", () => process.stdout.write(line));
  }
}
