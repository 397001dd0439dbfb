/**
 * What a command is. A definition is data plus `run`; parsing, help and the reference page derive
 * from the data, and the types of what `run` gets do too.
 */
import type { Readable, Writable } from "node:stream";
import { parseArguments } from "./arguments.ts";
import type { StandardFiles } from "./streamFiles.ts";
import type { Terminal } from "./terminal.ts";

/** The surroundings of one run of the program. Commands touch nothing else of the process. */
export interface CommandContext {
  readonly cwd: string;
  readonly env: Readonly<Partial<Record<string, string>>>;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /**
   * Aborted by Ctrl-C and by SIGTERM. Reading it takes these signals over, so only commands that
   * wait read it; any other is simply killed.
   */
  readonly signal: AbortSignal;
  /** The words that start this same program anew, in a process of its own. */
  readonly self: readonly string[];
  /** The one word that starts `spacer run` in a process of its own: a path, or a name that the shell finds. */
  readonly luaProgram: string;
  /** What messages of Lua programs begin with. */
  readonly luaName: string;
  /** Whether somebody types what is read from standard input. Unlike `stdin`, it may be asked at any time. */
  readonly isTyped: boolean;
  /** Opens the terminal for editing lines; `undefined` where standard input or output is none, or one without a cursor. */
  readonly openTerminal: () => Terminal | undefined;
  /** Lua's standard files in `spacer run`; `undefined` stands for those of the process. */
  readonly standardFiles: StandardFiles | undefined;
}

export interface OptionDefinition {
  readonly type: "boolean" | "string" | "integer";
  readonly description: string;
  /** One letter. */
  readonly short?: string;
  /** What the value is called in help: "N". */
  readonly placeholder?: string;
  /** The values that are allowed; any when absent. */
  readonly choices?: readonly string[];
  /** The greatest integer that is allowed. */
  readonly maximum?: number;
  /** Whether it may be given several times; the value is then a list. Strings only. */
  readonly isRepeatable?: boolean;
  /** Whether it has to be given. Strings only. */
  readonly isRequired?: boolean;
  /** Whether its value may be left out, and is then ""; it is given behind `=`, or right behind the letter. Strings only. */
  readonly isValueOptional?: boolean;
  /** Whether "" is a value like any other. Strings only. */
  readonly mayBeEmpty?: boolean;
  /** What a boolean is when it is not given; `false` when absent. */
  readonly default?: boolean;
}

/** An option as it was given; the list of them keeps their order. */
export interface GivenOption {
  readonly name: string;
  /** As it was written, dashes included. */
  readonly rawName: string;
  readonly value: string | undefined;
}

/** A positional argument. */
export interface OperandDefinition {
  readonly placeholder: string;
  readonly description: string;
  readonly isRequired?: boolean;
  /** Takes all that is left; the last operand only. */
  readonly isRest?: boolean;
}

export type OptionDefinitions = Readonly<Record<string, OptionDefinition>>;
export type OperandDefinitions = Readonly<Record<string, OperandDefinition>>;

type OptionValue<Definition extends OptionDefinition> = Definition extends { isRepeatable: true }
  ? readonly string[]
  : Definition extends { type: "boolean" }
    ? boolean
    : Definition extends { isRequired: true }
      ? string
      : (Definition extends { type: "integer" } ? number : string) | undefined;

type OperandValue<Definition extends OperandDefinition> = Definition extends { isRest: true }
  ? readonly string[]
  : Definition extends { isRequired: true }
    ? string
    : string | undefined;

export type OptionValues<Definitions extends OptionDefinitions> = {
  readonly [Name in keyof Definitions]: OptionValue<Definitions[Name]>;
};

export type OperandValues<Definitions extends OperandDefinitions> = {
  readonly [Name in keyof Definitions]: OperandValue<Definitions[Name]>;
};

export interface Example {
  readonly command: string;
  readonly meaning: string;
}

/** What help and the reference page need to know of a command. */
export interface CommandDescription {
  /** Of a subcommand both words: "topics list". */
  readonly name: string;
  /** One line, in the imperative, without a full stop. */
  readonly summary: string;
  /** Paragraphs. */
  readonly description: readonly string[];
  readonly operands: OperandDefinitions;
  readonly options: OptionDefinitions;
  readonly examples: readonly Example[];
  /** Whether everything behind the first operand is for the Lua program that the command runs. */
  readonly optionsEndAtOperand?: boolean;
  /** The commands whose first word this is; it then does nothing by itself. */
  readonly subcommands?: readonly CommandDescription[];
}

export interface CommandDefinition<
  Options extends OptionDefinitions,
  Operands extends OperandDefinitions,
> extends CommandDescription {
  readonly options: Options;
  readonly operands: Operands;
  /**
   * @returns The exit code.
   * @throws UserError
   */
  run(input: CommandInput<Options, Operands>, context: CommandContext): Promise<number>;
}

export interface CommandInput<
  Options extends OptionDefinitions,
  Operands extends OperandDefinitions,
> {
  readonly options: OptionValues<Options>;
  readonly operands: OperandValues<Operands>;
  /** The options in the order in which they were given. */
  readonly given: readonly GivenOption[];
  /** The words as they were given, without the command's name. */
  readonly words: readonly string[];
}

/** A command whose types of options are gone, for the list of all commands. */
export interface Command {
  readonly description: CommandDescription;
  /** @throws UserError for wrong arguments, and what `run` throws */
  execute(words: readonly string[], context: CommandContext): Promise<number>;
}

/** The first word of several commands, as `topics` is of `topics list`. */
export interface ParentCommand {
  readonly description: CommandDescription;
  readonly subcommands: readonly Command[];
}

export function defineCommand<
  const Options extends OptionDefinitions,
  const Operands extends OperandDefinitions,
>(definition: CommandDefinition<Options, Operands>): Command {
  return {
    description: definition,
    execute: async (words, context) =>
      await definition.run({ ...parseArguments(definition, words), words }, context),
  };
}

type ParentDescription = Pick<CommandDescription, "name" | "summary" | "description">;

/** @param subcommands Named with both words, in the order in which help lists them. */
export function defineParentCommand(
  description: ParentDescription,
  subcommands: readonly Command[],
): ParentCommand {
  const described = subcommands.map((each) => each.description);
  return {
    description: {
      ...description,
      operands: {
        command: { placeholder: "COMMAND", description: "One of the above", isRequired: true },
      },
      options: {},
      examples: described.flatMap(({ examples }) => examples.slice(0, 1)),
      subcommands: described,
    },
    subcommands,
  };
}
