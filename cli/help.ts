/** Help texts, derived from the definitions of the commands. */
import type { CommandDescription, OptionDefinition } from "./command.ts";
import type { Style } from "./style.ts";

/** Options that every command understands. */
export const COMMON_OPTIONS: Readonly<Record<string, OptionDefinition>> = {
  help: { type: "boolean", short: "h", description: "Show this help" },
};

/** What `spacer help` prints. */
export function describeProgram(commands: readonly CommandDescription[], style: Style): string {
  const rows = commands.map((each) => [each.name + operandList(each), each.summary]);
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
    section(style.bold("Commands:"), subcommandRows(description)),
    section(style.bold("Arguments:"), operandRows(description)),
    section(style.bold("Options:"), optionRows(description)),
    section(
      style.bold("Examples:"),
      description.examples.map(({ command, meaning }) => [command, meaning]),
    ),
    description.subcommands === undefined
      ? ""
      : `'spacer help ${description.name} COMMAND' explains one.`,
  ];
  return `${sections.filter((text) => text !== "").join("\n\n")}\n`;
}

/** "spacer dev [OPTIONS] [DIR]" */
export function usage(description: CommandDescription): string {
  const { name, options, subcommands } = description;
  if (subcommands !== undefined) return `spacer ${name} COMMAND [ARGUMENTS]`;
  const some = Object.keys(options).length === 0 ? "" : " [OPTIONS]";
  const required = Object.entries(options)
    .filter(([, { isRequired }]) => isRequired === true)
    .map(([option, { placeholder = "VALUE" }]) => ` --${option} ${placeholder}`);
  return `spacer ${name}${some}${operandList(description)}${required.join("")}`;
}

export function subcommandRows({ name, subcommands = [] }: CommandDescription): string[][] {
  return subcommands.map((each) => [
    each.name.slice(name.length + 1) + operandList(each),
    each.summary,
  ]);
}

export function operandRows({ operands, subcommands }: CommandDescription): string[][] {
  if (subcommands !== undefined) return [];
  return Object.values(operands).map((operand) => [operand.placeholder, operand.description]);
}

export function optionRows({ options }: CommandDescription): string[][] {
  return Object.entries({ ...options, ...COMMON_OPTIONS }).map(([name, option]) => {
    const short = option.short === undefined ? "    " : `-${option.short}, `;
    return [`${short}--${name}${valueOf(option)}`, option.description];
  });
}

function valueOf(option: OptionDefinition): string {
  // Giving it as it is anyway would say nothing.
  if (option.default === true) return "=false";
  if (option.placeholder === undefined) return "";
  return option.isValueOptional === true ? `[=${option.placeholder}]` : ` ${option.placeholder}`;
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
export function table(rows: readonly (readonly string[])[]): string {
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
