/** Words of a command line -> typed options and operands, with errors that say what to do. */
import type { ParseArgsConfig } from "node:util";
import { util } from "./builtins.lazy.ts";
import type {
  CommandDefinition,
  GivenOption,
  OperandDefinitions,
  OperandValues,
  OptionDefinition,
  OptionDefinitions,
  OptionValues,
} from "./command.ts";
import { UsageError } from "./errors.ts";
import { suggest } from "./suggestion.ts";

type Definition<Options extends OptionDefinitions, Operands extends OperandDefinitions> = Pick<
  CommandDefinition<Options, Operands>,
  "name" | "options" | "operands" | "optionsEndAtOperand"
>;

/** @throws UsageError "unknown option '--prot'" and the like */
export function parseArguments<
  Options extends OptionDefinitions,
  Operands extends OperandDefinitions,
>(
  definition: Definition<Options, Operands>,
  words: readonly string[],
): {
  options: OptionValues<Options>;
  operands: OperandValues<Operands>;
  given: readonly GivenOption[];
} {
  const { options: given, operands } = split(definition, words);
  return {
    options: readOptions(definition, given) as OptionValues<Options>,
    operands: readOperands(definition, operands) as OperandValues<Operands>,
    given,
  };
}

type AnyDefinition = Definition<OptionDefinitions, OperandDefinitions>;

function split(
  definition: AnyDefinition,
  words: readonly string[],
): { options: GivenOption[]; operands: readonly string[] } {
  // Node's parser is loaded on demand, and compiled then, which takes 1.5 ms of a hello world.
  const isOption = (word: string | undefined) => word?.startsWith("-") === true;
  if (definition.optionsEndAtOperand === true ? !isOption(words[0]) : !words.some(isOption)) {
    return { options: [], operands: words };
  }
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
    if (token.kind === "option") {
      const [, asWritten] = SHORT_WITH_VALUE.exec(words[token.index] ?? "") ?? [];
      options.push({ ...token, value: token.value, rawName: asWritten ?? token.rawName });
    }
    if (token.kind === "positional") operands.push(token.value);
  }
  return { options, operands: [...operands, ...passedOn] };
}

function tokenize(definition: AnyDefinition, words: readonly string[]) {
  const known: NonNullable<ParseArgsConfig["options"]> = {};
  for (const [name, { type, short, isValueOptional }] of Object.entries(definition.options)) {
    known[name] = {
      // Of these two the next word is no value.
      type: type === "boolean" || isValueOptional === true ? "boolean" : "string",
      ...(short === undefined ? {} : { short }),
    };
  }
  const config = { options: known, strict: false, tokens: true } as const;
  const { tokens } = util().parseArgs({ ...config, args: [...words] });
  // Only now is it known which words are options: in `-e -w=false` the second one is a value.
  for (const { kind, index } of tokens) {
    const long = kind === "option" ? spelledOut(definition, words[index] ?? "") : undefined;
    if (long !== undefined) return tokenize(definition, words.with(index, long));
  }
  return tokens;
}

/** Node takes `-w=false` for the options w, =, f and so on, and `-g=x` for the value "=x". */
const SHORT_WITH_VALUE = /^(-([A-Za-z]))=(.*)$/s;

/** "-w=false" -> "--write=false", and "-O3" -> "--optimize=3" where a value may be left out */
function spelledOut({ options }: AnyDefinition, word: string): string | undefined {
  const [, , letter = word.charAt(1), value] = SHORT_WITH_VALUE.exec(word) ?? [];
  const found = Object.entries(options).find(([, { short }]) => short === letter);
  if (found === undefined || !/^-[A-Za-z]./s.test(word)) return undefined;
  const [name, { isValueOptional }] = found;
  if (value !== undefined) return `--${name}=${value}`;
  return isValueOptional === true ? `--${name}=${word.slice(2)}` : undefined;
}

function readOptions(definition: AnyDefinition, given: readonly GivenOption[]) {
  const values: Record<string, boolean | string | number | string[] | undefined> = {};
  for (const [name, option] of Object.entries(definition.options)) {
    if (option.isRepeatable === true) values[name] = [];
    else values[name] = option.type === "boolean" ? (option.default ?? false) : undefined;
  }
  for (const { name, rawName, value } of given) {
    const option = Object.hasOwn(definition.options, name) ? definition.options[name] : undefined;
    if (option === undefined) throw unknownOption(definition, rawName);
    const read = readOption(option, rawName, value);
    const list = values[name];
    if (Array.isArray(list)) list.push(String(read));
    else values[name] = read;
  }
  for (const [name, { isRequired, placeholder = "VALUE" }] of Object.entries(definition.options)) {
    if (isRequired === true && values[name] === undefined) {
      throw missing(definition, `--${name} ${placeholder}`);
    }
  }
  return values;
}

function missing({ name }: AnyDefinition, what: string): UsageError {
  return new UsageError(`'spacer ${name}' needs ${what}`, `see 'spacer help ${name}'`);
}

function readOption(option: OptionDefinition, rawName: string, value: string | undefined) {
  if (option.type === "boolean") {
    if (value === undefined || value === "true") return true;
    if (value === "false") return false;
    throw new UsageError(
      `option '${rawName}' is 'true' or 'false', not '${value}'`,
      `write ${rawName} or ${rawName}=false`,
    );
  }
  if (value === undefined || (value === "" && option.mayBeEmpty !== true)) {
    return withoutValue(option, rawName);
  }
  if (option.choices !== undefined && !option.choices.includes(value)) {
    throw new UsageError(
      `'${value}' is no value for option '${rawName}'`,
      suggest(value, option.choices, "possible values"),
    );
  }
  if (option.type === "string") return value;
  if (!/^\d{1,9}$/.test(value) || Number(value) > (option.maximum ?? Infinity)) {
    const limit = option.maximum === undefined ? "" : ` up to ${String(option.maximum)}`;
    throw new UsageError(`option '${rawName}' needs a whole number${limit}, not '${value}'`);
  }
  return Number(value);
}

function withoutValue({ isValueOptional, placeholder }: OptionDefinition, rawName: string): "" {
  if (isValueOptional === true) return "";
  throw new UsageError(
    `option '${rawName}' needs a value`,
    `write ${rawName} ${placeholder ?? "VALUE"}`,
  );
}

function unknownOption(definition: AnyDefinition, rawName: string): UsageError {
  return new UsageError(
    `unknown option '${rawName}' of 'spacer ${definition.name}'`,
    optionHint(definition, rawName),
  );
}

function optionHint({ name, options }: AnyDefinition, rawName: string): string {
  if (/^-\d/.test(rawName)) return "a negative number goes behind '--'";
  const names = Object.keys(options).map((option) => `--${option}`);
  if (names.length === 0) return `'spacer ${name}' has no options`;
  return suggest(rawName, [...names, "--help"], "options");
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
      throw missing(definition, operand.placeholder);
    }
    values[name] = value;
  }
  const surplus = given[position];
  if (surplus !== undefined) {
    throw new UsageError(
      `'spacer ${definition.name}' does not know what to do with '${surplus}'`,
      `see 'spacer help ${definition.name}'`,
    );
  }
  return values;
}
