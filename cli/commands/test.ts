import { resolve } from "node:path";
import { defineCommand } from "../command.ts";
import { DEBUG_ACCESS_OPTION } from "../debugAccessOption.ts";
import { EXIT_FAILURE, UserError } from "../errors.ts";
import { findProjectRoot, isFolder } from "../projectRoot.ts";
import { styleFor } from "../style.ts";
import { runTestFile, type TestFileOutcome } from "../testing/runTestFile.ts";
import { patternArguments, selectTests } from "../testing/selection.ts";
import { summarize } from "../testing/summary.ts";

export const testCommand = defineCommand({
  name: "test",
  summary: "Run the tests of a project",
  description: [
    "Runs each test/*.lua as a program of its own, with app/, lib/ and test/ to require from, and " +
      "prints TAP. The exit code is 1 when a test fails or a file does not run to its end.",
    "NAMES select files (test_hello) and, within them, classes (testT), methods (testT.test_ret) " +
      "and functions.",
  ],
  operands: {
    dir: { placeholder: "DIR", description: "The project; the current folder if left out" },
    names: {
      placeholder: "NAMES",
      description: "What to run; all tests if left out",
      isRest: true,
    },
  },
  options: {
    output: {
      type: "string",
      short: "o",
      placeholder: "FORMAT",
      description: "tap (as by default) or text",
      choices: ["tap", "text", "TAP", "TEXT"],
    },
    "debug-access": DEBUG_ACCESS_OPTION,
    verbose: { type: "boolean", short: "v", description: "Show tracebacks of failed tests" },
  },
  examples: [
    { command: "spacer test", meaning: "all tests of the project in the current folder" },
    { command: "spacer test hello", meaning: "those of the project in hello/" },
    { command: "spacer test . testT.test_ret", meaning: "one test" },
  ],
  run: async ({ operands, options }, context) => {
    const { dir, names } = splitOperands(operands.dir, operands.names, context.cwd);
    const root = findProjectRoot(dir, context.cwd);
    const { files, tests } = selectTests(root, names);
    const format = (options.output ?? "tap").toLowerCase();
    const words = ["-o", format, ...patternArguments(tests)];
    if (options.verbose) words.push("-v");
    const outcomes: TestFileOutcome[] = [];
    for (const file of files) {
      if (files.length > 1) context.stdout.write(`# ${file}\n`);
      const printsTap = format === "tap";
      const hasDebugAccess = options["debug-access"];
      outcomes.push(await runTestFile({ root, file, words, printsTap, hasDebugAccess }, context));
      if (context.signal.aborted) return EXIT_FAILURE;
    }
    const summary = summarize(outcomes, styleFor(context.stdout, context.env));
    if (format === "tap") context.stdout.write(summary.text);
    if (tests.length > 0 && format === "tap" && summary.isSuccess && summary.testCount === 0) {
      throw new UserError(`no test is called ${tests.map((name) => `'${name}'`).join(" or ")}`);
    }
    return summary.isSuccess ? 0 : EXIT_FAILURE;
  },
});

/** What is no folder is the first of the names: "spacer test test_hello". */
function splitOperands(dir: string | undefined, names: readonly string[], cwd: string) {
  const isName = dir !== undefined && !isFolder(resolve(cwd, dir)) && !dir.includes("/");
  return isName ? { dir: undefined, names: [dir, ...names] } : { dir, names };
}
