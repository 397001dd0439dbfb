/** The program, as a function: words in, exit code out. */
import type { Command, CommandContext, CommandDescription } from "./command.ts";
import { commands } from "./commands/index.ts";
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

/** All commands as data, for the reference page. */
export function describeCommands(): readonly CommandDescription[] {
  return commands.map((command) => ({
    ...command.description,
    options: { ...command.description.options, ...COMMON_OPTIONS },
  }));
}

async function dispatch(words: readonly string[], context: CommandContext): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined || HELP_WORDS.includes(name)) return help(rest, context);
  const command = findCommand(VERSION_WORDS.includes(name) ? "version" : name);
  if (asksForHelp(command, rest)) return help([name], context);
  return await command.execute(rest, context);
}

const HELP_WORDS = ["help", "--help", "-h"];
const VERSION_WORDS = ["--version", "-V"];

function help([name]: readonly string[], context: CommandContext): number {
  const style = styleFor(context.stdout, context.env);
  const isAboutOne = name !== undefined && !HELP_WORDS.includes(name);
  context.stdout.write(
    isAboutOne
      ? describeCommand(findCommand(name).description, style)
      : describeProgram(commands, style),
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

function findCommand(name: string): Command {
  const found = commands.find(({ description }) => description.name === name);
  if (found !== undefined) return found;
  const names = commands.map(({ description }) => description.name);
  const what = name.startsWith("-") ? "option" : "command";
  throw new UserError(
    `unknown ${what} '${name}'`,
    `${suggest(name, [...names, "help"], "commands")} (see 'spacer help')`,
  );
}

export { streamFiles } from "./streamFiles.ts";
