/**
 * `x ^ y` (manual 2.5.1) as C's `pow` gives it. V8's own is off by one unit in the last place for
 * one exponent in ten (`10 ** -4 !== 1e-4`), so whole powers are computed here, and others in fractionalPower.ts, with twice
 * the digits of a double: a sum of two doubles, the second one below the last place of the first
 * (T. J. Dekker, "A floating-point technique for extending the available precision", 1971).
 */
import { fractionalPower } from "./fractionalPower.ts";
import { productTail } from "./productTail.ts";

/** Up to here, errors of the second double do not reach the first one. */
const MAX_EXPONENT = 1000;

/** What programs shift by that have no operators of bits. */
const POWERS_OF_TWO = Float64Array.from({ length: 64 }, (_, exponent) => 2 ** exponent);

/** Outside of these, intermediate results might have overflowed or lost digits. */
const MIN_TRUSTED = 2 ** -900;
const MAX_TRUSTED = 2 ** 900;

/**
 * `x ^ y` of two numbers.
 *
 * @helper
 * @effects none
 * @manual 2.5.1
 */
export function power(x: number, y: number): number {
  if (y === 2) return x * x;
  if (x === 2 && isShift(y)) return POWERS_OF_TWO[y] as number;
  if (y === 0.5 && x > 0) return Math.sqrt(x);
  const exponent = Math.abs(y);
  if (exponent <= MAX_EXPONENT && Math.floor(y) === y) {
    const result = wholePower(x, exponent, y < 0);
    const size = Math.abs(result);
    if (size > MIN_TRUSTED && size < MAX_TRUSTED) return result;
  }
  const result = fractionalPower(x, y) ?? wholePowerOfNegative(x, y) ?? x ** y;
  return result === result ? result : powerOfOne(x, y);
}

/** Unlike in JavaScript, NaN and infinity as exponents of 1, and infinity of -1, give 1. All others give NaN. */
function powerOfOne(x: number, y: number): number {
  const isOne = x === 1 || (x === -1 && (y === Infinity || y === -Infinity));
  return isOne ? 1 : NaN;
}

function isShift(y: number): boolean {
  return y >= 0 && y < POWERS_OF_TWO.length && (y | 0) === y;
}

/** Where exponents are too large for `wholePower`. */
function wholePowerOfNegative(x: number, y: number): number | undefined {
  if (!(x < 0) || !Number.isInteger(y)) return undefined;
  const result = fractionalPower(-x, y);
  return result === undefined || y % 2 === 0 ? result : -result;
}

/** `x^exponent`, or its reciprocal; correctly rounded when within the trusted bounds. */
function wholePower(x: number, exponent: number, isReciprocal: boolean): number {
  let base = x;
  let baseTail = 0;
  let result = 1;
  let resultTail = 0;
  for (let rest = exponent; rest !== 0; rest >>= 1) {
    if ((rest & 1) === 1) {
      const product = result * base;
      const tail = productTail(result, base, product) + (result * baseTail + resultTail * base);
      result = product + tail;
      resultTail = tail - (result - product);
    }
    const square = base * base;
    const tail = productTail(base, base, square) + 2 * (base * baseTail);
    base = square + tail;
    baseTail = tail - (base - square);
  }
  if (!isReciprocal) return result;
  const quotient = 1 / result;
  const product = quotient * result;
  const remainder = 1 - product - productTail(quotient, result, product) - quotient * resultTail;
  return quotient + remainder / result;
}
