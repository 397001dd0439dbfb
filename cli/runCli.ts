/** The program, as a function: words in, exit code out. */
import type { Command, CommandContext, CommandDescription, ParentCommand } from "./command.ts";
import { commandNames, loadAllCommands, loadCommand } from "./commands/index.ts";
import { describeFailure, UserError } from "./errors.ts";
import { COMMON_OPTIONS, describeCommand, describeProgram } from "./help.ts";
import { styleFor } from "./style.ts";
import { suggest } from "./suggestion.ts";

/**
 * Runs `spacer` with the words behind its name. Never rejects: failures are printed.
 *
 * @returns The exit code.
 */
export async function runCli(words: readonly string[], context: CommandContext): Promise<number> {
  try {
    return await dispatch(words, context);
  } catch (thrown) {
    const { text, exitCode } = describeFailure(thrown, context.env["SPACER_DEBUG"] === "1");
    context.stderr.write(text);
    return exitCode;
  }
}

/** All commands as data, for the reference page: subcommands behind what they are commands of. */
export function describeCommands(): readonly CommandDescription[] {
  return loadAllCommands()
    .flatMap((command) => [command.description, ...(command.description.subcommands ?? [])])
    .map((description) => ({
      ...description,
      options: { ...description.options, ...COMMON_OPTIONS },
    }));
}

async function dispatch(words: readonly string[], context: CommandContext): Promise<number> {
  const [first] = words;
  if (first === undefined || HELP_WORDS.includes(first)) return help(words.slice(1), context);
  if (VERSION_WORDS.includes(first)) return dispatch(["version", ...words.slice(1)], context);
  const { command, rest } = findCommand(words);
  if ("subcommands" in command) {
    // "spacer topics", "spacer topics --help", "spacer topics help tail"
    return help([command.description.name, ...rest.slice(1)], context);
  }
  if (asksForHelp(command, rest)) return help(words, context);
  return await command.execute(rest, context);
}

const HELP_WORDS = ["help", "--help", "-h"];
const VERSION_WORDS = ["--version", "-V"];

function help(words: readonly string[], context: CommandContext): number {
  const style = styleFor(context.stdout, context.env);
  const [name] = words;
  const isAboutOne = name !== undefined && !HELP_WORDS.includes(name);
  context.stdout.write(
    isAboutOne
      ? describeCommand(findCommand(words).command.description, style)
      : describeProgram(
          loadAllCommands().map(({ description }) => description),
          style,
        ),
  );
  return 0;
}

function asksForHelp({ description }: Command, words: readonly string[]): boolean {
  // Behind the first operand the words may belong to a Lua program.
  const end =
    description.optionsEndAtOperand === true
      ? words.findIndex((word) => !word.startsWith("-"))
      : words.indexOf("--");
  const own = end === -1 ? words : words.slice(0, end);
  return own.includes("--help") || own.includes("-h");
}

interface Found {
  /** A parent when no subcommand follows. */
  readonly command: Command | ParentCommand;
  /** The words behind its name. */
  readonly rest: readonly string[];
}

/** @throws UserError "unknown command 'topics tial'" */
function findCommand([name = "", ...rest]: readonly string[]): Found {
  const command = loadCommand(name);
  if (command === undefined) throw unknownCommand(name, commandNames);
  const [next, ...others] = rest;
  if (!("subcommands" in command) || next === undefined || HELP_WORDS.includes(next)) {
    return { command, rest };
  }
  const full = `${name} ${next}`;
  const subcommand = command.subcommands.find(({ description }) => description.name === full);
  if (subcommand === undefined) {
    const names = command.subcommands.map(({ description }) => description.name);
    throw unknownCommand(full, names);
  }
  return { command: subcommand, rest: others };
}

/** @param name Both words of a subcommand, as of its siblings. */
function unknownCommand(name: string, siblings: readonly string[]): UserError {
  const words = name.split(" ");
  const word = words.pop() ?? "";
  const parent = words.map((each) => ` ${each}`).join("");
  const names = siblings.map((each) => each.split(" ").pop() ?? "");
  if (word.startsWith("-") && parent !== "") {
    return new UserError(
      `unknown option '${word}' of 'spacer${parent}'`,
      `options stand behind its commands: ${names.join(", ")}`,
    );
  }
  return new UserError(
    `unknown ${word.startsWith("-") ? "option" : "command"} '${name}'`,
    `${suggest(word, [...names, "help"], "commands")} (see 'spacer help${parent}')`,
  );
}

export { streamFiles } from "./streamFiles.ts";
