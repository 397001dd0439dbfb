/**
 * docs/reference/cli.md. Definitions of commands are data that the program puts together when it
 * starts, so this page alone is asked of the running program rather than read as text.
 */
import type { CommandDescription } from "../../cli/command.ts";
import { operandRows, optionRows, subcommandRows, usage } from "../../cli/help.ts";
import { describeCommands } from "../../cli/runCli.ts";
import { DERIVED_NOTE } from "./libraryReference.ts";

export function commandReference(): string {
  return `${DERIVED_NOTE}

# Commands

${describeCommands().map(section).join("\n")}`;
}

function section(command: CommandDescription): string {
  const { name } = command;
  const parts = [
    `${name.includes(" ") ? "###" : "##"} ${name}`,
    `\`${usage(command)}\``,
    `${command.summary}.`,
    ...command.description,
    table(["Command", "Meaning"], subcommandRows(command)),
    table(["Argument", "Meaning"], operandRows(command)),
    table(["Option", "Meaning"], optionRows(command)),
    table(
      ["Example", "Meaning"],
      command.examples.map(({ command: words, meaning }) => [words, meaning]),
    ),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** The first column is code. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const lines = rows.map(([first = "", ...rest]) => [`\`${first.trim()}\``, ...rest]);
  return [header, header.map(() => "---"), ...lines]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}
