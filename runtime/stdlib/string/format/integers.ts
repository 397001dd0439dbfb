/** `%d`, `%u`, `%o` and `%x`: doubles as 64-bit integers, laid out as LuaJIT's `lj_strfmt_putfxint`. */
import type { Directive } from "./directive.ts";
import { hexadecimalText } from "./hexadecimal.ts";
import { pad, padZeros } from "./pad.ts";

const INT64_LIMIT = 2 ** 63;
const UINT32_COUNT = 2 ** 32;
const UINT64_COUNT = 2 ** 64;

/** What C makes of a double that is out of range for `int64_t`. */
const INT64_MIN = -(2 ** 63);

const RADIXES = { d: 10, i: 10, u: 10, o: 8, x: 16, X: 16 } as const;

export type IntegerDirective = Directive & { readonly conversion: keyof typeof RADIXES };

export function formatInteger(directive: IntegerDirective, value: number): string {
  if (value >= 0 && value < UINT32_COUNT) {
    const sign = directive.hasPlus || directive.hasSpace ? positiveSign(directive) : "";
    return layOut(directive, sign, digitsOf(directive.conversion, Math.floor(value)));
  }
  const { conversion } = directive;
  const isSigned = conversion === "d" || conversion === "i";
  const integer = toInt64(isSigned || value < INT64_LIMIT ? value : value - UINT64_COUNT);
  const isNegative = isSigned && integer < 0;
  const magnitude = isSigned || integer >= 0 ? exactInteger(Math.abs(integer)) : unsigned(integer);
  const digits = magnitude.toString(RADIXES[conversion]);
  const sign = isNegative ? "-" : positiveSign(directive);
  return layOut(directive, sign, conversion === "X" ? digits.toUpperCase() : digits);
}

function positiveSign({ conversion, hasPlus, hasSpace }: IntegerDirective): string {
  if (conversion !== "d" && conversion !== "i") return "";
  if (hasPlus) return "+";
  return hasSpace ? " " : "";
}

/** @param integer Not negative, of 32 bits. */
function digitsOf(conversion: keyof typeof RADIXES, integer: number): string {
  switch (conversion) {
    case "x":
    case "X":
      return hexadecimalText(integer, conversion === "X");
    case "o":
      return integer.toString(8);
    case "d":
    case "i":
    case "u":
      return String(integer);
  }
}

/** `%d` without flags, width and precision. */
export function formatPlainInteger(value: number): string {
  if ((value | 0) === value) return String(value);
  return exactInteger(toInt64(value)).toString();
}

/** The integer part of a double, in the range of `int64_t`. */
function toInt64(value: number): number {
  return value >= -INT64_LIMIT && value < INT64_LIMIT ? Math.trunc(value) : INT64_MIN;
}

/** As a bigint where a double's own text would not show all digits. */
function exactInteger(integer: number): number | bigint {
  return Number.isSafeInteger(integer) ? integer : BigInt(integer);
}

/** A negative 64-bit integer, read as an unsigned one. */
function unsigned(integer: number): bigint {
  return BigInt.asUintN(64, BigInt(integer));
}

function layOut(directive: IntegerDirective, sign: string, allDigits: string): string {
  const { conversion, precision, width, isAlternate } = directive;
  const isZero = allDigits === "0";
  let digits = isZero && precision === 0 ? "" : allDigits;
  let prefix = sign;
  if (isAlternate && conversion === "o" && (!isZero || digits === "")) digits = `0${digits}`;
  if (isAlternate && !isZero && (conversion === "x" || conversion === "X"))
    prefix = `0${conversion}`;
  if (precision !== undefined) digits = padZeros(digits, precision);
  else if (directive.isZeroPadded && !directive.isLeft) {
    digits = padZeros(digits, width - prefix.length);
  }
  return pad(prefix + digits, width, directive.isLeft);
}
