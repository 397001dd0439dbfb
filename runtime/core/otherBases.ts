/** Numbers written in other bases than ten: "0x1F.8p2", "0b101", and what `tonumber` is told a base for. */
import { codeAt, skipSpace } from "./scanText.ts";

/** Exponents are read up to here; LuaJIT's STRSCAN_MAXEXP. */
export const MAX_EXPONENT = 2 ** 20;

/** Not below any base. */
const NO_DIGIT = 99;

/** The result of C's `strtoul` for numbers too large for it. */
const MAX_UNSIGNED = 2 ** 64;

const HEXADECIMAL = /^([\da-f]*)(\.[\da-f]*)?(p[+-]?\d+)?[ \t\n\v\f\r]*$/i;

/** So many hexadecimal digits fit into a double, whatever they are. */
const EXACT_HEX_DIGITS = 13;

/** @param start What follows "0x". */
export function hexadecimalNumber(text: string, start: number): number | undefined {
  return shortHexadecimal(text, start) ?? longHexadecimal(text.slice(start));
}

/** Digits alone, few enough to be exact; `undefined` for all else. @param start What follows "0x". */
export function shortHexadecimal(text: string, start: number): number | undefined {
  const { length } = text;
  if (length === start || length - start > EXACT_HEX_DIGITS) return undefined;
  let value = 0;
  for (let offset = start; offset < length; offset++) {
    const digit = digitAt(text, offset);
    if (digit > 15) return undefined;
    value = value * 16 + digit;
  }
  return value;
}

function longHexadecimal(text: string): number | undefined {
  const match = HEXADECIMAL.exec(text);
  if (match === null) return undefined;
  const [, whole = "", point, power] = match;
  const fraction = point === undefined ? "" : point.slice(1);
  if (whole === "" && fraction === "") return undefined;
  const exponent = power === undefined ? 0 : Number(power.slice(1));
  if (Math.abs(exponent) >= MAX_EXPONENT) return undefined;
  return scaled(BigInt(`0x0${whole}${fraction}`), exponent - 4 * fraction.length);
}

/** @param start What follows "0b". */
export function binaryNumber(text: string, start: number): number | undefined {
  const match = /^(?=[01])0*([01]{0,64})[ \t\n\v\f\r]*$/.exec(text.slice(start));
  return match === null ? undefined : Number(BigInt(`0b0${match[1] ?? ""}`));
}

/** The double nearest to `mantissa * 2 ** exponent`, rounded once. */
export function scaled(mantissa: bigint, exponent: number): number {
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
  let at = skipSpace(text, 0);
  const sign = codeAt(text, at);
  if (sign === 45 || sign === 43) at++;
  if (base === 16 && codeAt(text, at) === 48 && (codeAt(text, at + 1) | 32) === 120) at += 2;
  const start = at;
  let value = 0;
  for (; at < text.length; at++) {
    const digit = digitAt(text, at);
    if (digit >= base) break;
    value = value * base + digit;
  }
  if (at === start) return undefined;
  const magnitude =
    value <= Number.MAX_SAFE_INTEGER ? value : largeInteger(text.slice(start, at), base);
  // Behind the end, or a NUL.
  if (codeAt(text, skipSpace(text, at)) > 0) return undefined;
  return sign === 45 ? -magnitude : magnitude;
}

/** What digits of a base mean, in the range of C's `unsigned long`. */
function largeInteger(digits: string, base: number): number {
  let value = 0;
  let exact: bigint | undefined;
  for (let index = 0; index < digits.length; index++) {
    const digit = digitAt(digits, index);
    const before = value;
    value = value * base + digit;
    if (value <= Number.MAX_SAFE_INTEGER || value > MAX_UNSIGNED) continue;
    exact = (exact ?? BigInt(before)) * BigInt(base) + BigInt(digit);
    value = Number(exact);
  }
  return Math.min(value, MAX_UNSIGNED);
}

/** The value of a char as a digit of base 36 or below; `NO_DIGIT` when it is none. */
function digitAt(text: string, offset: number): number {
  const code = text.charCodeAt(offset);
  if (code <= 57) return code >= 48 ? code - 48 : NO_DIGIT;
  const letter = (code | 32) - 97;
  return letter >= 0 && letter < 26 ? letter + 10 : NO_DIGIT;
}
