import { describeFailure, UserError } from "./errors.ts";
import { describeCommands } from "./runCli.ts";
import { createTestCli, type TestCli } from "./context.testkit.ts";

let cli: TestCli;

beforeEach(() => {
  cli = createTestCli();
});

afterEach(() => {
  cli.dispose();
});

test.each([[[]], [["help"]], [["--help"]], [["-h"]]])("%j lists the commands", async (words) => {
  expect(await cli.run(...words)).toBe(0);
  for (const { name, summary } of describeCommands()) {
    if (name.includes(" ")) continue;
    expect(cli.out).toMatch(new RegExp(`^  ${name}\\b.*${summary}$`, "m"));
  }
});

test.each(describeCommands().map(({ name }) => name))("help of %s", async (name) => {
  const words = name.split(" ");
  expect(await cli.run("help", ...words)).toBe(0);
  expect(cli.out).toContain(`Usage: spacer ${name}`);
  expect(cli.out).toContain("Examples:");
  const helped = cli.out;
  cli.clear();
  expect(await cli.run(...words, "--help")).toBe(0);
  expect(cli.out).toBe(helped);
});

test.each([[["topics"]], [["topics", "-h"]], [["topics", "help"]], [["help", "topics", "help"]]])(
  "%j lists subcommands",
  async (words) => {
    expect(await cli.run(...words)).toBe(0);
    expect(cli.out).toContain("Usage: spacer topics COMMAND [ARGUMENTS]");
    expect(cli.out).toMatch(/^ {2}show TOPIC +Show the partitions of a topic/m);
  },
);

test("the help of a subcommand may be asked for in the middle", async () => {
  await cli.run("topics", "help", "tail");
  expect(cli.out).toContain("Usage: spacer topics tail [OPTIONS] TOPIC");
});

test.each([[["version"]], [["--version"]]])("%j prints the version", async (words) => {
  expect(await cli.run(...words)).toBe(0);
  expect(cli.out).toMatch(/^spacer \d+\.\d+\.\d+\n$/);
});

test("an unknown command is refused with a suggestion", async () => {
  expect(await cli.run("tset")).toBe(1);
  expect(cli.err).toBe(
    "spacer: unknown command 'tset'\n  hint: did you mean 'test'? (see 'spacer help')\n",
  );
});

test.each([
  [["topics", "tial"], "unknown command 'topics tial'", "did you mean 'tail'?"],
  [["help", "topics", "tial"], "unknown command 'topics tial'", "did you mean 'tail'?"],
  [["topcis", "tail"], "unknown command 'topcis'", "did you mean 'topics'?"],
  [
    ["topics", "--json", "list"],
    "unknown option '--json' of 'spacer topics'",
    "behind its commands: list, show",
  ],
])("%j is refused with a suggestion", async (words, message, hint) => {
  expect(await cli.run(...words)).toBe(1);
  expect(cli.err).toContain(`spacer: ${message}\n`);
  expect(cli.err).toContain(hint);
});

test("an error of the user is one message, without a stack", () => {
  const failure = describeFailure(new UserError("a.lua:1: wrong", "mend it"), false);
  expect(failure).toEqual({ text: "spacer: a.lua:1: wrong\n  hint: mend it\n", exitCode: 1 });
});

test("any other error is a bug: one line, and a stack only on request", () => {
  const error = new TypeError("x is\n  not a function");
  expect(describeFailure(error, false)).toEqual({
    text:
      "spacer: internal error: x is not a function (this is a bug in spacer, please report it; " +
      "run again with SPACER_DEBUG=1 for details)\n",
    exitCode: 2,
  });
  expect(describeFailure(error, true).text).toContain("at Object");
  expect(describeFailure(undefined, false).text).toContain("internal error: undefined (");
});
