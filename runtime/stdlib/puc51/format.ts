/**
 * `string.format` of PUC Lua 5.1 (manual 5.4), which hands each directive to C's `sprintf`: no `%a`
 * and `%p`, `%s` of strings and numbers only, and texts end at a zero byte.
 */
import { ALARM, alarm, checkpoint } from "../../core/budget.ts";
import { cString } from "../../core/cString.ts";
import type { LuaValue } from "../../core/value.ts";
import { argumentError, callerError, checkNumber, checkString } from "../arguments.ts";
import { defineBuiltin } from "../library.ts";
import type { Conversion, Directive } from "../string/format/directive.ts";
import { formatFloat } from "../string/format/floats.ts";
import { formatInteger } from "../string/format/integers.ts";
import { formatCharacter, formatText } from "../string/format/texts.ts";

/** So many flags are too many. */
const MAX_FLAGS = 6;

/** From this length on a string without a precision is taken as it is, zero bytes and all. */
const LONG_TEXT = 100;

const SPECIFICATION = /([-+ #0]*)(\d{0,2})(?:\.(\d{0,2}))?/y;

export const format51 = defineBuiltin("string.format", (formatString, ...values) => {
  const format = checkString(formatString, 1);
  let output = "";
  let argument = 1;
  for (let offset = 0; offset < format.length; offset++) {
    if (alarm[ALARM.raised] !== 0) checkpoint();
    const mark = format.indexOf("%", offset);
    output += format.slice(offset, mark < 0 ? format.length : mark);
    if (mark < 0) break;
    if (format.charAt(mark + 1) === "%") {
      output += "%";
      offset = mark + 1;
      continue;
    }
    if (++argument > values.length + 1) return argumentError(argument, "no value");
    const { directive, end } = parseDirective(format, mark + 1);
    output += formatValue(directive, values[argument - 2], argument);
    offset = end;
  }
  return output;
});

/** @param start Behind the `%`. @returns Also the offset of the letter. */
function parseDirective(format: string, start: number): { directive: Directive; end: number } {
  SPECIFICATION.lastIndex = start;
  const [text = "", flags = "", width, precision] = SPECIFICATION.exec(format) ?? [];
  const end = start + text.length;
  const letter = format.charAt(end);
  if (flags.length >= MAX_FLAGS) callerError("invalid format (repeated flags)");
  if (/\d/.test(letter)) callerError("invalid format (width or precision too long)");
  if (!isConversion(letter)) {
    callerError(`invalid option '%${letter === "\0" ? "" : letter}' to 'format'`);
  }
  const directive: Directive = {
    conversion: letter,
    isLeft: flags.includes("-"),
    hasPlus: flags.includes("+"),
    hasSpace: flags.includes(" "),
    isAlternate: flags.includes("#"),
    isZeroPadded: flags.includes("0"),
    width: Number(width),
    precision: precision === undefined ? undefined : Number(precision),
  };
  return { directive, end };
}

function isConversion(letter: string): letter is Conversion {
  return letter !== "" && "cdiouxXeEfgGqs".includes(letter);
}

function formatValue(directive: Directive, value: LuaValue, argument: number): string {
  const { conversion, precision } = directive;
  switch (conversion) {
    case "c":
      return cString(formatCharacter(directive, Math.trunc(checkNumber(value, argument)) | 0));
    case "d":
    case "i":
      return formatInteger({ ...directive, conversion }, checkNumber(value, argument));
    case "o":
    case "u":
    case "x":
    case "X":
      return formatInteger({ ...directive, conversion }, toUnsigned(checkNumber(value, argument)));
    case "s": {
      const text = checkString(value, argument);
      const isLong = precision === undefined && text.length >= LONG_TEXT;
      return isLong ? text : formatText(directive, cString(text));
    }
    case "q":
      return quote(checkString(value, argument));
    case "F":
    case "e":
    case "E":
    case "f":
    case "g":
    case "G":
    case "a":
    case "A":
      return formatFloat({ ...directive, conversion, isLikeC: true }, checkNumber(value, argument));
    case "p":
      return "";
  }
}

/** What is too large for C's `unsigned long` becomes 0. */
function toUnsigned(value: number): number {
  return value < 2 ** 64 || value !== value ? value : 0;
}

function quote(text: string): string {
  const escaped = text.replaceAll(/["\\\n\r\0]/g, (char) => escapes.get(char) ?? `\\${char}`);
  return `"${escaped}"`;
}

const escapes = new Map([
  ["\r", "\\r"],
  ["\0", "\\000"],
]);
