/** Numbers as text and text as numbers (manual 2.1, 2.2.1). All numbers are doubles. */
import { current } from "./current.ts";
import { toExponentialHalfEven, toPrecisionHalfEven } from "./halfEven.ts";
import {
  binaryNumber,
  hexadecimalNumber,
  MAX_EXPONENT,
  scaled,
  shortHexadecimal,
} from "./otherBases.ts";
import { pucStringToNumber } from "./pucNumber.ts";
import { codeAt, isDigit, skipSpace } from "./scanText.ts";
import type { LuaValue } from "./value.ts";

/** Significant digits of `LUA_NUMBER_FMT`, "%.14g". */
const DIGITS = 14;

/** From here on "%.14g" writes an exponent; below `MIN_PLAIN` it does, too. */
const MAX_PLAIN = 1e14;
const MIN_PLAIN = 1e-4;

/** So many decimal digits fit into a double, whatever they are. */
const EXACT_DIGITS = 15;

/** Powers of ten up to here are doubles. */
const EXACT_POWER = 22;

const POWERS_OF_TEN = Float64Array.from({ length: EXACT_POWER + 1 }, (_, exponent) =>
  Number(`1e${String(exponent)}`),
);

/** Texts with more characters than that are not read by `shortNumber`. */
const MAX_SHORT_LENGTH = 24;

/** The text of a number, as `tostring` and `..` give it. */
export function numberToString(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= MIN_PLAIN && magnitude < MAX_PLAIN) {
    const text = String(value);
    return text.length <= DIGITS + 1 ? text : (shortened(text) ?? roundedText(value));
  }
  if (value === 0) return 1 / value < 0 ? "-0" : "0";
  if (Number.isFinite(value)) return roundedText(value);
  if (value === value) return value > 0 ? "inf" : "-inf";
  // C shows the sign of a NaN, which JavaScript hides; those that operations make have it on x86.
  return current.isPuc51 ? "-nan" : "nan";
}

/**
 * Cuts JavaScript's text of a number to 14 significant digits, in half the time `toPrecision` takes.
 * That text has as few digits as denote the number. So when it has more than 15 digits, no number
 * of 15 digits lies between it and the exact value, and both are rounded alike; when it has 15 and
 * ends in 5, they may not be.
 *
 * @param text Without an exponent.
 * @returns `undefined` when it takes more than changing the last digit.
 */
function shortened(text: string): string | undefined {
  let first = 0;
  while (!(text.charCodeAt(first) >= 49 && text.charCodeAt(first) <= 57)) first++;
  const point = text.indexOf(".");
  const isPointWithin = point > first && point < first + DIGITS;
  const end = first + DIGITS + (isPointWithin ? 1 : 0);
  const next = end === point ? end + 1 : end;
  if (next >= text.length) return text;
  const kept = text.slice(0, end);
  const digit = text.charCodeAt(next);
  if (digit < 53) return stripZeros(kept);
  const last = kept.charCodeAt(end - 1);
  const isTie = digit === 53 && next + 1 === text.length;
  if (isTie || last === 57 || last === 46) return undefined;
  return kept.slice(0, -1) + String.fromCharCode(last + 1);
}

/** "%.14g" of a finite number other than 0. */
function roundedText(value: number): string {
  const text = current.isPuc51 ? halfEvenText(value) : roundedAway(value);
  const mark = text.indexOf("e");
  if (mark < 0) return stripZeros(text);
  // Below MIN_PLAIN, but not once it is rounded.
  if (text.endsWith("e-4")) return value < 0 ? "-0.0001" : "0.0001";
  const exponent = text.slice(mark + 2);
  return `${stripZeros(text.slice(0, mark))}e${text.charAt(mark + 1)}${exponent.padStart(2, "0")}`;
}

function roundedAway(value: number): string {
  return Math.abs(value) < MIN_PLAIN ? value.toExponential(DIGITS - 1) : value.toPrecision(DIGITS);
}

/** As C rounds. */
function halfEvenText(value: number): string {
  const magnitude = Math.abs(value);
  const text =
    magnitude < MIN_PLAIN
      ? toExponentialHalfEven(magnitude, DIGITS - 1)
      : toPrecisionHalfEven(magnitude, DIGITS);
  return value < 0 ? `-${text}` : text;
}

/** Removes the zeros that end a fraction, and its point when nothing is left of it. */
export function stripZeros(text: string): string {
  if (!text.includes(".")) return text;
  let end = text.length;
  while (text.charCodeAt(end - 1) === 48) end--;
  if (text.charCodeAt(end - 1) === 46) end--;
  return text.slice(0, end);
}

/**
 * The number a string spells (manual 2.2.1), as LuaJIT reads it: decimal and hexadecimal with
 * fraction and exponent, binary integers ("0b101"), "inf", "infinity" and "nan" in any case, with
 * white space around. `undefined` when it spells none.
 */
export function stringToNumber(text: string): number | undefined {
  const first = text.charCodeAt(0);
  // "0x"
  if (first === 48 && (codeAt(text, 1) | 32) === 120) {
    return shortHexadecimal(text, 2) ?? longNumber(text);
  }
  // Words, unless they may be "inf" or "nan".
  const letter = first | 32;
  if (letter >= 97 && letter !== 105 && letter !== 110) return undefined;
  return shortNumber(text) ?? longNumber(text);
}

/**
 * Decimal digits with sign, point and exponent, and nothing else: as nearly all programs write them. Digits few enough
 * to be exact, times or divided by a power of ten that is exact, are rounded once, which is what the text means. Takes a
 * third of the time of JavaScript's `Number` for texts that are new.
 *
 * @returns `undefined` for whatever takes more than that, numbers or not.
 */
function shortNumber(text: string): number | undefined {
  const { length } = text;
  if (length === 0 || length > MAX_SHORT_LENGTH) return undefined;
  const isNegative = text.charCodeAt(0) === 45;
  const first = isNegative ? 1 : 0;
  let value = 0;
  let at = first;
  for (; at < length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  const digits = at - first;
  if (at < length) {
    const magnitude = shortFraction(text, at, value, digits);
    return isNegative && magnitude !== undefined ? -magnitude : magnitude;
  }
  if (digits === 0 || digits > EXACT_DIGITS) return undefined;
  return isNegative ? -value : value;
}

/**
 * What `shortNumber` does behind the first digits.
 *
 * @param whole What they mean.
 * @param wholeDigits How many there are.
 */

function shortFraction(
  text: string,
  offset: number,
  whole: number,
  wholeDigits: number,
): number | undefined {
  const { length } = text;
  let value = whole;
  let at = offset;
  if (text.charCodeAt(at) === 46) {
    for (at++; at < length; at++) {
      const digit = text.charCodeAt(at) - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
  }
  const decimals = at > offset ? at - offset - 1 : 0;
  const digits = wholeDigits + decimals;
  if (digits === 0 || digits > EXACT_DIGITS) return undefined;
  const written = at < length ? shortExponent(text, at) : 0;
  if (written === undefined) return undefined;
  const exponent = written - decimals;
  if (exponent < -EXACT_POWER || exponent > EXACT_POWER) return undefined;
  if (exponent < 0) return value / (POWERS_OF_TEN[-exponent] as number);
  return value * (POWERS_OF_TEN[exponent] as number);
}

/** The exponent that is at an offset, of one or two digits; `undefined` when there is anything else. */
function shortExponent(text: string, offset: number): number | undefined {
  if ((text.charCodeAt(offset) | 32) !== 101) return undefined;
  const sign = codeAt(text, offset + 1);
  const start = sign === 45 || sign === 43 ? offset + 2 : offset + 1;
  const count = text.length - start;
  const last = codeAt(text, text.length - 1);
  if (count < 1 || count > 2 || !isDigit(last)) return undefined;
  let exponent = last - 48;
  if (count === 2) {
    const tens = codeAt(text, start);
    if (!isDigit(tens)) return undefined;
    exponent += (tens - 48) * 10;
  }
  return sign === 45 ? -exponent : exponent;
}

function longNumber(text: string): number | undefined {
  return current.isPuc51 ? pucStringToNumber(text, scaled) : signedNumber(text);
}

function signedNumber(text: string): number | undefined {
  const start = skipSpace(text, 0);
  const sign = codeAt(text, start);
  const first = sign === 45 || sign === 43 ? start + 1 : start;
  const magnitude = unsignedNumber(text, first);
  return sign === 45 && magnitude !== undefined ? -magnitude : magnitude;
}

function unsignedNumber(text: string, start: number): number | undefined {
  if (codeAt(text, start) >= 65) return namedNumber(text.slice(start));
  if (codeAt(text, start) === 48) {
    const mark = codeAt(text, start + 1) | 32;
    if (mark === 120) return hexadecimalNumber(text, start + 2);
    if (mark === 98) return binaryNumber(text, start + 2);
  }
  return decimalNumber(text, start);
}

function decimalNumber(text: string, start: number): number | undefined {
  let value = 0;
  let at = start;
  for (; isDigit(codeAt(text, at)); at++) value = value * 10 + codeAt(text, at) - 48;
  let digits = at - start;
  const isInteger = codeAt(text, at) !== 46 && (codeAt(text, at) | 32) !== 101;
  if (!isInteger) {
    if (codeAt(text, at) === 46) {
      const point = at;
      for (at++; isDigit(codeAt(text, at)); at++);
      digits += at - point - 1;
    }
    if ((codeAt(text, at) | 32) === 101) {
      const end = skipExponent(text, at + 1);
      if (end === undefined) return undefined;
      at = end;
    }
  }
  if (digits === 0 || skipSpace(text, at) !== text.length) return undefined;
  return isInteger && value <= Number.MAX_SAFE_INTEGER ? value : Number(text.slice(start, at));
}

/** Where an exponent ends; `undefined` when there is none, or an excessive one. */
function skipExponent(text: string, start: number): number | undefined {
  const sign = codeAt(text, start);
  const first = sign === 45 || sign === 43 ? start + 1 : start;
  let exponent = 0;
  let at = first;
  for (; isDigit(codeAt(text, at)); at++) {
    exponent = exponent * 10 + codeAt(text, at) - 48;
    if (exponent >= MAX_EXPONENT) return undefined;
  }
  return at > first ? at : undefined;
}

function namedNumber(text: string): number | undefined {
  const letter = text.charCodeAt(0) | 32;
  // Most words are none of these.
  if (letter !== 105 && letter !== 110) return undefined;
  const match = /^(?:(inf(?:inity)?)|nan)[ \t\n\v\f\r]*$/i.exec(text);
  if (match === null) return undefined;
  return match[1] === undefined ? Number.NaN : Infinity;
}

/** A value as an operand of arithmetic; `undefined` when it is no number and spells none. */
export function toNumber(value: LuaValue): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" ? stringToNumber(value) : undefined;
}

/**
 * `left % right` of two numbers, by the formula LuaJIT computes, so that edge cases agree.
 *
 * @helper
 * @effects none
 * @manual 2.5.1
 */
export function modulo(left: number, right: number): number {
  // Small integers stay what they are for V8; the remainder of a negative one may be -0, which `| 0` mends.
  if ((left | 0) === left && (right | 0) === right && right > 0) {
    const remainder = (left % right) | 0;
    return remainder < 0 ? remainder + right : remainder;
  }
  return left - Math.floor(left / right) * right;
}
