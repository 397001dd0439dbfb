/** Help texts, derived from the definitions of the commands. */
import type { Command, CommandDescription, OptionDefinition } from "./command.ts";
import type { Style } from "./style.ts";

/** Options that every command understands. */
export const COMMON_OPTIONS: Readonly<Record<string, OptionDefinition>> = {
  help: { type: "boolean", short: "h", description: "Show this help" },
};

/** What `spacer help` prints. */
export function describeProgram(commands: readonly Command[], style: Style): string {
  const rows = commands.map(({ description }) => [signature(description), description.summary]);
  return `${style.bold("spacer")} - serverless function platform for Lua

${style.bold("Usage:")} spacer COMMAND [ARGUMENTS]

${style.bold("Commands:")}
${table(rows)}

${style.bold("A first project:")}
${table([
  ["spacer init hello", "make it"],
  ["spacer dev hello", "serve it, reloading on every save"],
  ["spacer test hello", "run its tests"],
])}

'spacer help COMMAND' explains a command.
`;
}

/** What `spacer help COMMAND` prints. */
export function describeCommand(description: CommandDescription, style: Style): string {
  const sections = [
    `${style.bold("Usage:")} ${usage(description)}`,
    `${description.summary}.`,
    ...description.description.map(wrap),
    section(style.bold("Arguments:"), operandRows(description)),
    section(style.bold("Options:"), optionRows(description)),
    section(
      style.bold("Examples:"),
      description.examples.map(({ command, meaning }) => [command, meaning]),
    ),
  ];
  return `${sections.filter((text) => text !== "").join("\n\n")}\n`;
}

/** "spacer dev [OPTIONS] [DIR]" */
export function usage(description: CommandDescription): string {
  const options = Object.keys(description.options).length === 0 ? "" : " [OPTIONS]";
  return `spacer ${description.name}${options}${operandList(description)}`;
}

export function operandRows({ operands }: CommandDescription): string[][] {
  return Object.values(operands).map((operand) => [operand.placeholder, operand.description]);
}

export function optionRows({ options }: CommandDescription): string[][] {
  return Object.entries({ ...options, ...COMMON_OPTIONS }).map(([name, option]) => {
    const short = option.short === undefined ? "    " : `-${option.short}, `;
    const value = option.placeholder === undefined ? "" : ` ${option.placeholder}`;
    return [`${short}--${name}${value}`, option.description];
  });
}

function signature(description: CommandDescription): string {
  return description.name + operandList(description);
}

function operandList({ operands }: CommandDescription): string {
  return Object.values(operands)
    .map(({ placeholder, isRequired, isRest }) => {
      const word = isRest === true ? `${placeholder}...` : placeholder;
      return isRequired === true ? ` ${word}` : ` [${word}]`;
    })
    .join("");
}

function section(title: string, rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? "" : `${title}\n${table(rows)}`;
}

/** Two columns, the second one aligned. */
function table(rows: readonly (readonly string[])[]): string {
  const width = Math.max(...rows.map(([left = ""]) => left.length));
  return rows.map(([left = "", right = ""]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}

const MAX_LINE_LENGTH = 90;

function wrap(paragraph: string): string {
  const lines = [""];
  for (const word of paragraph.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length > MAX_LINE_LENGTH) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.join("\n");
}
