/**
 * `string.format` (manual 5.4). A format string is compiled once: into the texts between its
 * directives, and for each directive a function that formats one argument.
 */
import { ALARM, alarm, checkpoint } from "../../../core/budget.ts";
import { BuiltinFrame, builtinCode, firstOf, leave } from "../../../core/frames.ts";
import { numberToString } from "../../../core/number.ts";
import { plainText } from "../../../core/toText.ts";
import type { LuaValue, Results } from "../../../core/value.ts";
import {
  argumentError,
  callerError,
  checkInteger,
  checkNumber,
  checkString,
} from "../../arguments.ts";
import { BoundedCache } from "../boundedCache.ts";
import { parseFormat, type Directive } from "./directive.ts";
import { formatFloat, formatPlainFixed, type FloatDirective } from "./floats.ts";
import { formatInteger, formatPlainInteger, type IntegerDirective } from "./integers.ts";
import { argumentText, formatCharacter, formatPointer, formatText, quote } from "./texts.ts";

const CACHE_CAPACITY = 500;

interface Formatter {
  /** Whether it takes the text of a value, which `__tostring` may make. */
  readonly takesText: boolean;
  readonly format: FormatValue;
}

/** Formats one argument. @param argument Its position, for errors. */
type FormatValue = (value: LuaValue, argument: number) => string;

/** `texts[n]` stands before what `formatters[n]` makes; the last text ends the result. */
export interface CompiledFormat {
  readonly texts: readonly string[];
  readonly formatters: readonly Formatter[];
  /** The message of the error with which the format ends. */
  readonly error: string | undefined;
}

const formats = new BoundedCache(CACHE_CAPACITY, compileFormat);

export function format(formatString: LuaValue, ...values: LuaValue[]): Results {
  return formatFrom(compiledFormat(checkString(formatString, 1)), values, START);
}

/** A format string as it is compiled; made once. */
export function compiledFormat(formatString: string): CompiledFormat {
  return formats.get(formatString);
}

/** How far a call has come. */
interface Progress {
  /** The index of the next directive, and of its argument in `values`. */
  readonly first: number;
  /** What is made of those before. */
  readonly before: string;
}

const START: Progress = { first: 0, before: "" };

/** Formats the arguments that are left. */
function formatFrom(
  compiled: CompiledFormat,
  values: readonly LuaValue[],
  { first, before }: Progress,
): Results {
  const { texts, formatters, error } = compiled;
  let output = before;
  for (let index = first; index < formatters.length; index++) {
    if (alarm[ALARM.raised] !== 0) checkpoint();
    const formatter = formatters[index] as Formatter;
    if (index >= values.length) return argumentError(index + 2, "value expected");
    output += texts[index] as string;
    const value = formatter.takesText ? argumentText(values[index]) : values[index];
    if (value === null) {
      return leave(new FormatFrame(compiled, values, { first: index, before: output }));
    }
    output += formatter.format(value, index + 2);
  }
  if (error !== undefined) return callerError(error);
  return output + (texts[formatters.length] as string);
}

const FORMAT_CODE = builtinCode("string.format");

/** A call of `format` in which a `__tostring` suspended. */
class FormatFrame extends BuiltinFrame {
  private readonly compiled: CompiledFormat;
  private readonly values: readonly LuaValue[];
  private readonly progress: Progress;

  constructor(compiled: CompiledFormat, values: readonly LuaValue[], progress: Progress) {
    super(FORMAT_CODE);
    this.compiled = compiled;
    this.values = values;
    this.progress = progress;
  }

  run(results: Results): Results {
    const { compiled, values, progress } = this;
    const { first, before } = progress;
    const formatter = compiled.formatters[first] as Formatter;
    const formatted = formatter.format(plainText(firstOf(results)), first + 2);
    return formatFrom(compiled, values, { first: first + 1, before: before + formatted });
  }
}

function compileFormat(formatString: string): CompiledFormat {
  const texts: string[] = [];
  const formatters: Formatter[] = [];
  let text = "";
  let error: string | undefined;
  for (const part of parseFormat(formatString)) {
    if (typeof part === "string") {
      text = part;
    } else if ("invalid" in part) {
      error = `invalid option '${part.invalid}' to 'format'`;
    } else {
      texts.push(text);
      const takesText = part.conversion === "s" || part.conversion === "q";
      formatters.push({ takesText, format: makeFormatter(part) });
      text = "";
    }
  }
  texts.push(text);
  return { texts, formatters, error };
}

function makeFormatter(directive: Directive): FormatValue {
  const { conversion, precision } = directive;
  const isPlain = isWithoutFlags(directive);
  switch (conversion) {
    case "d":
    case "i":
      if (isPlain && precision === undefined) {
        return (value, argument) => formatPlainInteger(checkNumber(value, argument));
      }
      return integerFormatter({ ...directive, conversion });
    case "u":
    case "o":
    case "x":
    case "X":
      return integerFormatter({ ...directive, conversion });
    case "f":
      if (isPlain) {
        return (value, argument) => formatPlainFixed(checkNumber(value, argument), precision ?? 6);
      }
      return floatFormatter({ ...directive, conversion });
    case "g":
      // What `tostring` does, and does faster.
      if (isPlain && precision === 14) {
        return (value, argument) => numberToString(checkNumber(value, argument));
      }
      return floatFormatter({ ...directive, conversion });
    case "F":
    case "e":
    case "E":
    case "G":
    case "a":
    case "A":
      return floatFormatter({ ...directive, conversion });
    case "c":
      return (value, argument) => formatCharacter(directive, checkInteger(value, argument));
    case "s":
      if (isPlain && precision === undefined) return checkString;
      return (value, argument) => formatText(directive, checkString(value, argument));
    case "q":
      return (value, argument) => quote(checkString(value, argument));
    case "p":
      return formatPointer;
  }
}

function isWithoutFlags(directive: Directive): boolean {
  const { isLeft, hasPlus, hasSpace, isAlternate, isZeroPadded, width } = directive;
  return !(isLeft || hasPlus || hasSpace || isAlternate || isZeroPadded) && width === 0;
}

function integerFormatter(directive: IntegerDirective): FormatValue {
  return (value, argument) => formatInteger(directive, checkNumber(value, argument));
}

function floatFormatter(directive: FloatDirective): FormatValue {
  return (value, argument) => formatFloat(directive, checkNumber(value, argument));
}
