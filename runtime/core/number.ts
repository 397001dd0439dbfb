/** Numbers as text and text as numbers (manual 2.1, 2.2.1). All numbers are doubles. */
import { cString } from "./cString.ts";
import { current } from "./current.ts";
import { toExponentialHalfEven, toPrecisionHalfEven } from "./halfEven.ts";
import { pucStringToNumber } from "./pucNumber.ts";
import type { LuaValue } from "./value.ts";

/** Significant digits of `LUA_NUMBER_FMT`, "%.14g". */
const DIGITS = 14;

/** From here on "%.14g" writes an exponent; below `MIN_PLAIN` it does, too. */
const MAX_PLAIN = 1e14;
const MIN_PLAIN = 1e-4;

/** So many decimal digits fit into a double, whatever they are. */
const EXACT_DIGITS = 15;

/** Exponents are read up to here; LuaJIT's STRSCAN_MAXEXP. */
const MAX_EXPONENT = 2 ** 20;

/** The result of C's `strtoul` for numbers too large for it. */
const MAX_UNSIGNED = 2 ** 64;

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
  return shortInteger(text) ?? longNumber(text);
}

/** Digits alone, few enough to be exact: a third of the time the general way takes. */
function shortInteger(text: string): number | undefined {
  const { length } = text;
  if (length === 0 || length > EXACT_DIGITS) return undefined;
  let value = 0;
  for (let offset = 0; offset < length; offset++) {
    const digit = text.charCodeAt(offset) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
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
    if (mark === 120) return hexadecimalNumber(text.slice(start + 2));
    if (mark === 98) return binaryNumber(text.slice(start + 2));
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
  const match = /^(?:(inf(?:inity)?)|nan)[ \t\n\v\f\r]*$/i.exec(text);
  if (match === null) return undefined;
  return match[1] === undefined ? Number.NaN : Infinity;
}

const HEXADECIMAL = /^([\da-f]*)(\.[\da-f]*)?(p[+-]?\d+)?[ \t\n\v\f\r]*$/i;

/** So many hexadecimal digits fit into a double, whatever they are. */
const EXACT_HEX_DIGITS = 13;

/** @param text What follows "0x". */
function hexadecimalNumber(text: string): number | undefined {
  const match = HEXADECIMAL.exec(text);
  if (match === null) return undefined;
  const [, whole = "", point, power] = match;
  const fraction = point === undefined ? "" : point.slice(1);
  if (whole === "" && fraction === "") return undefined;
  if (point === undefined && power === undefined && whole.length <= EXACT_HEX_DIGITS) {
    return Number.parseInt(whole, 16);
  }
  const exponent = power === undefined ? 0 : Number(power.slice(1));
  if (Math.abs(exponent) >= MAX_EXPONENT) return undefined;
  return scaled(BigInt(`0x0${whole}${fraction}`), exponent - 4 * fraction.length);
}

/** @param text What follows "0b". */
function binaryNumber(text: string): number | undefined {
  const match = /^(?=[01])0*([01]{0,64})[ \t\n\v\f\r]*$/.exec(text);
  return match === null ? undefined : Number(BigInt(`0b0${match[1] ?? ""}`));
}

/** The double nearest to `mantissa * 2 ** exponent`, rounded once. */
function scaled(mantissa: bigint, exponent: number): number {
  if (mantissa === 0n) return 0;
  const top = mantissa.toString(2).length + exponent;
  if (top > 1024) return Infinity;
  if (top < -1080) return 0;
  // Where doubles are denormal they have fewer than 53 bits: round to multiples of 2^-1074.
  const dropped = -1074 - exponent;
  if (top <= -1022 && dropped > 0) {
    return Number(shiftedRight(mantissa, BigInt(dropped))) * Number.MIN_VALUE;
  }
  const rounded = Number(mantissa);
  // In two steps, because 2 ** exponent alone may be out of range.
  const half = Math.trunc(exponent / 2);
  return Number.isFinite(rounded)
    ? rounded * 2 ** half * 2 ** (exponent - half)
    : scaled(shiftedSticky(mantissa, 64), exponent + mantissa.toString(2).length - 64);
}

/** `value >> count`, rounded to nearest, ties to even. */
function shiftedRight(value: bigint, count: bigint): bigint {
  const quotient = value >> count;
  const rest = value - (quotient << count);
  const half = 1n << (count - 1n);
  return rest > half || (rest === half && (quotient & 1n) === 1n) ? quotient + 1n : quotient;
}

/** The leading bits of a value; the last one also says whether any bit was cut off. */
function shiftedSticky(value: bigint, bits: number): bigint {
  const count = BigInt(value.toString(2).length - bits);
  const quotient = value >> count;
  return quotient << count === value ? quotient : quotient | 1n;
}

/**
 * `tonumber(text, base)` for a base other than 10: an integer as C's `strtoul` reads it, up to a
 * NUL; in base 16 it may begin with "0x". `undefined` when the text is none.
 *
 * @param base 2 to 36.
 */
export function parseInteger(text: string, base: number): number | undefined {
  const match = /^[ \t\n\v\f\r]*([+-]?)([\da-z]+)[ \t\n\v\f\r]*$/i.exec(cString(text));
  if (match === null) return undefined;
  const [, sign, word = ""] = match;
  const digits = base === 16 && /^0x[\da-f]/i.test(word) ? word.slice(2) : word;
  let value = 0;
  let exact: bigint | undefined;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number.parseInt(digits.charAt(index), 36);
    if (digit >= base) return undefined;
    const before = value;
    value = value * base + digit;
    if (value <= Number.MAX_SAFE_INTEGER || value > MAX_UNSIGNED) continue;
    exact = (exact ?? BigInt(before)) * BigInt(base) + BigInt(digit);
    value = Number(exact);
  }
  value = Math.min(value, MAX_UNSIGNED);
  return sign === "-" ? -value : value;
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

function skipSpace(text: string, start: number): number {
  let at = start;
  for (;;) {
    const code = codeAt(text, at);
    if (code !== 32 && !(code >= 9 && code <= 13)) return at;
    at++;
  }
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** The code of a char; -1 behind the end, where `charCodeAt` gives NaN and V8 gives up on speed. */
function codeAt(text: string, offset: number): number {
  return offset < text.length ? text.charCodeAt(offset) : -1;
}
