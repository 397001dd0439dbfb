import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { defineCommand } from "../command.ts";
import { DEBUG_ACCESS_OPTION } from "../debugAccessOption.ts";
import { EXIT_FAILURE, UserError } from "../errors.ts";
import { findProjectRoot, isFolder } from "../projectRoot.ts";
import { selectTests } from "../testing/selection.ts";
import { TestSession, type TestSettings } from "../testing/session.ts";

/** Of a file, in seconds: nobody waits for a test that hangs for longer. */
const DEFAULT_TIMEOUT = 300;

export const testCommand = defineCommand({
  name: "test",
  summary: "Run the tests of a project",
  description: [
    "Runs each test/*.lua as a program of its own, with app/, lib/ and test/ to require from, and " +
      "prints TAP. Several files run at the same time; their output comes in their order. The exit " +
      "code is 1 when a test fails or a file does not run to its end.",
    "NAMES select files (test_hello) and, within them, classes (testT), methods (testT.test_ret) " +
      "and functions; --filter selects tests by a part of their names.",
    "With --watch, what a save touches runs again; on a terminal, a runs all, f those that failed, " +
      "Enter the last ones, q quits.",
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
      description: "tap (as by default), text or json",
      choices: ["tap", "text", "json", "TAP", "TEXT", "JSON"],
    },
    json: { type: "boolean", description: "Print JSON, for programs: the same as -o json" },
    filter: {
      type: "string",
      short: "f",
      placeholder: "PATTERN",
      description: "Run the tests whose names match a Lua pattern",
    },
    jobs: {
      type: "integer",
      short: "j",
      placeholder: "N",
      description: "Run so many files at a time; as many as there are processors if left out",
      maximum: 1024,
    },
    bail: { type: "boolean", description: "Stop at the first test that fails" },
    timeout: {
      type: "integer",
      placeholder: "SECONDS",
      description: `Stop a file that takes longer; ${String(DEFAULT_TIMEOUT)} if left out`,
      maximum: 1_000_000,
    },
    watch: { type: "boolean", short: "w", description: "Run again what a save touches" },
    "debug-access": DEBUG_ACCESS_OPTION,
    verbose: {
      type: "boolean",
      short: "v",
      description: "Show tracebacks of failed tests, and which took longest",
    },
  },
  examples: [
    { command: "spacer test", meaning: "all tests of the project in the current folder" },
    { command: "spacer test hello", meaning: "those of the project in hello/" },
    { command: "spacer test . testT.test_ret", meaning: "one test" },
    { command: "spacer test --filter user", meaning: "those with 'user' in their names" },
    { command: "spacer test --watch", meaning: "all, and then again what a save touches" },
    {
      command: "spacer test --bail --jobs 1",
      meaning: "one after the other, to the first failure",
    },
    {
      command: "spacer test --json > report.json",
      meaning: "what became of each test, for programs",
    },
  ],
  run: async ({ operands, options }, context) => {
    const { dir, names } = splitOperands(operands.dir, operands.names, context.cwd);
    const root = findProjectRoot(dir, context.cwd);
    const { filter, output, bail, watch, verbose, timeout = DEFAULT_TIMEOUT } = options;
    const format = options.json ? "json" : toFormat(output);
    const jobs = options.jobs ?? availableParallelism();
    if (jobs < 1) throw new UserError("--jobs must be 1 or more");
    if (timeout < 1) throw new UserError("--timeout must be 1 second or more");
    if (watch && format === "json")
      throw new UserError("--watch is for people, --json for programs");
    if (filter !== undefined && selectTests(root, names).tests.length > 0) {
      throw new UserError(
        "--filter and names of tests both say which tests to run",
        "give one of them; names of files may stand beside --filter",
      );
    }
    const session = new TestSession(
      {
        root,
        names,
        filter,
        format,
        jobs,
        isBailing: bail,
        isVerbose: verbose,
        hasDebugAccess: options["debug-access"],
        timeoutMs: timeout * 1000,
      },
      context,
    );
    if (watch) {
      const { watchTests } = await import("../testing/watchTests.ts");
      return await watchTests(root, session, context);
    }
    const result = await session.run(session.files());
    if (context.signal.aborted) return EXIT_FAILURE;
    session.checkSelection(result);
    return result.isSuccess ? 0 : EXIT_FAILURE;
  },
});

function toFormat(output = "tap"): TestSettings["format"] {
  const word = output.toLowerCase();
  return word === "text" || word === "json" ? word : "tap";
}

/** What is no folder is the first of the names: "spacer test test_hello". */
function splitOperands(dir: string | undefined, names: readonly string[], cwd: string) {
  const isName = dir !== undefined && !isFolder(resolve(cwd, dir)) && !dir.includes("/");
  return isName ? { dir: undefined, names: [dir, ...names] } : { dir, names };
}
