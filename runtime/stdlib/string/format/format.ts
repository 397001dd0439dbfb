/**
 * `string.format` (manual 5.4). A format string is compiled once: into the texts between its
 * directives, and for each directive a function that formats one argument.
 */
import { numberToString } from "../../../core/number.ts";
import type { LuaValue } from "../../../core/value.ts";
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

/** Formats one argument. @param argument Its position, for errors. */
type Formatter = (value: LuaValue, argument: number) => string;

/** `texts[n]` stands before what `formatters[n]` makes; the last text ends the result. */
interface CompiledFormat {
  readonly texts: readonly string[];
  readonly formatters: readonly Formatter[];
  /** The message of the error with which the format ends. */
  readonly error: string | undefined;
}

const formats = new BoundedCache(CACHE_CAPACITY, compileFormat);

export function format(formatString: LuaValue, ...values: LuaValue[]): string {
  const { texts, formatters, error } = formats.get(checkString(formatString, 1));
  let output = "";
  for (let index = 0; index < formatters.length; index++) {
    const formatter = formatters[index] as Formatter;
    if (index >= values.length) return argumentError(index + 2, "value expected");
    output += (texts[index] as string) + formatter(values[index], index + 2);
  }
  if (error !== undefined) return callerError(error);
  return output + (texts[formatters.length] as string);
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
      formatters.push(makeFormatter(part));
      text = "";
    }
  }
  texts.push(text);
  return { texts, formatters, error };
}

function makeFormatter(directive: Directive): Formatter {
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
      if (isPlain && precision === undefined) return argumentText;
      return (value) => formatText(directive, argumentText(value));
    case "q":
      return (value) => quote(argumentText(value));
    case "p":
      return formatPointer;
  }
}

function isWithoutFlags(directive: Directive): boolean {
  const { isLeft, hasPlus, hasSpace, isAlternate, isZeroPadded, width } = directive;
  return !(isLeft || hasPlus || hasSpace || isAlternate || isZeroPadded) && width === 0;
}

function integerFormatter(directive: IntegerDirective): Formatter {
  return (value, argument) => formatInteger(directive, checkNumber(value, argument));
}

function floatFormatter(directive: FloatDirective): Formatter {
  return (value, argument) => formatFloat(directive, checkNumber(value, argument));
}
