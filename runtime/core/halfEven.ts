/**
 * Decimal digits as C's `printf` rounds them: a value halfway between two results gives the one whose
 * last digit is even. JavaScript gives the larger one.
 */

/** Digits that `toFixed` and `toExponential` give at most. What is halfway has fewer. */
const MAX_DIGITS = 100;

/** `magnitude.toFixed(decimals)`. @param magnitude Below 10^21. */
export function toFixedHalfEven(magnitude: number, decimals: number): string {
  const exact = magnitude.toFixed(MAX_DIGITS);
  const end = exact.indexOf(".") + 1 + decimals;
  return isTieToEven(exact.replace(".", ""), end - 1)
    ? exact.slice(0, decimals === 0 ? end - 1 : end)
    : magnitude.toFixed(decimals);
}

/** `magnitude.toExponential(decimals)` */
export function toExponentialHalfEven(magnitude: number, decimals: number): string {
  const [mantissa = "", exponent = ""] = magnitude.toExponential(MAX_DIGITS).split("e");
  return isTieToEven(mantissa.replace(".", ""), decimals + 1)
    ? `${mantissa.slice(0, decimals === 0 ? 1 : decimals + 2)}e${exponent}`
    : magnitude.toExponential(decimals);
}

/** `magnitude.toPrecision(precision)` */
export function toPrecisionHalfEven(magnitude: number, precision: number): string {
  const [mantissa = "", exponentText = ""] = magnitude.toExponential(MAX_DIGITS).split("e");
  if (!isTieToEven(mantissa.replace(".", ""), precision)) return magnitude.toPrecision(precision);
  const exponent = Number(exponentText);
  if (exponent < -6 || exponent >= precision) {
    return toExponentialHalfEven(magnitude, precision - 1);
  }
  return toFixedHalfEven(magnitude, precision - 1 - exponent);
}

/** @param digits Without a point. @param count How many of them are kept. */
function isTieToEven(digits: string, count: number): boolean {
  const isTie = digits.charAt(count) === "5" && /^50*$/.test(digits.slice(count));
  return isTie && Number(digits.charAt(count - 1)) % 2 === 0;
}
