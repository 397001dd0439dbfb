/** Words of a command line -> typed options and operands, with errors that say what to do. */
import { parseArgs, type ParseArgsConfig } from "node:util";
import type {
  CommandDefinition,
  OperandDefinitions,
  OperandValues,
  OptionDefinition,
  OptionDefinitions,
  OptionValues,
} from "./command.ts";
import { UserError } from "./errors.ts";
import { suggest } from "./suggestion.ts";

type Definition<Options extends OptionDefinitions, Operands extends OperandDefinitions> = Pick<
  CommandDefinition<Options, Operands>,
  "name" | "options" | "operands" | "optionsEndAtOperand"
>;

/** @throws UserError "unknown option '--prot'" and the like */
export function parseArguments<
  Options extends OptionDefinitions,
  Operands extends OperandDefinitions,
>(
  definition: Definition<Options, Operands>,
  words: readonly string[],
): { options: OptionValues<Options>; operands: OperandValues<Operands> } {
  const { options, operands } = split(definition, words);
  return {
    options: readOptions(definition, options) as OptionValues<Options>,
    operands: readOperands(definition, operands) as OperandValues<Operands>,
  };
}

interface GivenOption {
  readonly name: string;
  /** As it was written, dashes included. */
  readonly rawName: string;
  readonly value: string | undefined;
}

type AnyDefinition = Definition<OptionDefinitions, OperandDefinitions>;

function split(definition: AnyDefinition, words: readonly string[]) {
  let tokens = tokenize(definition, words);
  let passedOn: readonly string[] = [];
  const firstOperand = tokens.find((token) => token.kind === "positional");
  if (definition.optionsEndAtOperand === true && firstOperand !== undefined) {
    passedOn = words.slice(firstOperand.index);
    tokens = tokenize(definition, words.slice(0, firstOperand.index));
  }
  const options: GivenOption[] = [];
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === "option") options.push({ ...token, value: token.value });
    else if (token.kind === "positional") operands.push(token.value);
  }
  return { options, operands: [...operands, ...passedOn] };
}

function tokenize({ options }: AnyDefinition, words: readonly string[]) {
  const known: NonNullable<ParseArgsConfig["options"]> = {};
  for (const [name, { type, short }] of Object.entries(options)) {
    known[name] = {
      type: type === "boolean" ? "boolean" : "string",
      ...(short === undefined ? {} : { short }),
    };
  }
  return parseArgs({ args: [...words], options: known, strict: false, tokens: true }).tokens;
}

function readOptions(definition: AnyDefinition, given: readonly GivenOption[]) {
  const values: Record<string, boolean | string | number | string[] | undefined> = {};
  for (const [name, option] of Object.entries(definition.options)) {
    if (option.isRepeatable === true) values[name] = [];
    else values[name] = option.type === "boolean" ? false : undefined;
  }
  for (const { name, rawName, value } of given) {
    const option = Object.hasOwn(definition.options, name) ? definition.options[name] : undefined;
    if (option === undefined) throw unknownOption(definition, rawName);
    const read = readOption(option, rawName, value);
    const list = values[name];
    if (Array.isArray(list)) list.push(String(read));
    else values[name] = read;
  }
  return values;
}

function readOption(option: OptionDefinition, rawName: string, value: string | undefined) {
  if (option.type === "boolean") {
    if (value !== undefined) throw new UserError(`option '${rawName}' takes no value`);
    return true;
  }
  if (value === undefined || value === "") {
    throw new UserError(
      `option '${rawName}' needs a value`,
      `write ${rawName} ${option.placeholder ?? "VALUE"}`,
    );
  }
  if (option.choices !== undefined && !option.choices.includes(value)) {
    throw new UserError(
      `'${value}' is no value for option '${rawName}'`,
      suggest(value, option.choices, "possible values"),
    );
  }
  if (option.type === "string") return value;
  if (!/^\d{1,9}$/.test(value) || Number(value) > (option.maximum ?? Infinity)) {
    const limit = option.maximum === undefined ? "" : ` up to ${String(option.maximum)}`;
    throw new UserError(`option '${rawName}' needs a whole number${limit}, not '${value}'`);
  }
  return Number(value);
}

function unknownOption(definition: AnyDefinition, rawName: string): UserError {
  const names = Object.keys(definition.options).map((name) => `--${name}`);
  const hint =
    names.length === 0
      ? `'spacer ${definition.name}' has no options`
      : suggest(rawName, [...names, "--help"], "options");
  return new UserError(`unknown option '${rawName}' of 'spacer ${definition.name}'`, hint);
}

function readOperands(definition: AnyDefinition, given: readonly string[]) {
  const values: Record<string, string | readonly string[] | undefined> = {};
  let position = 0;
  for (const [name, operand] of Object.entries(definition.operands)) {
    if (operand.isRest === true) {
      values[name] = given.slice(position);
      position = Math.max(position, given.length);
      continue;
    }
    const value = given[position++];
    if (value === undefined && operand.isRequired === true) {
      throw new UserError(
        `'spacer ${definition.name}' needs ${operand.placeholder}`,
        `see 'spacer help ${definition.name}'`,
      );
    }
    values[name] = value;
  }
  const surplus = given[position];
  if (surplus !== undefined) {
    throw new UserError(
      `'spacer ${definition.name}' does not know what to do with '${surplus}'`,
      `see 'spacer help ${definition.name}'`,
    );
  }
  return values;
}
