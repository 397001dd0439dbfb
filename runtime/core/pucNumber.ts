/** The number a string spells in PUC Lua 5.1, which asks C's `strtod` (manual 2.2.1). */
import { cString } from "./cString.ts";

const DECIMAL = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/i;
const HEXADECIMAL = /^0x(?=\.?[\da-f])([\da-f]*)(?:\.([\da-f]*))?(?:p([+-]?\d+))?/i;
const NAMED = /^(?:inf(?:inity)?|(nan)(?:\(\w*\))?)/i;
const SPACES = /^[ \t\n\v\f\r]*$/;

/**
 * @param text Up to its first zero byte: it is a string of C.
 * @param scaled What a mantissa times a power of two is.
 * @returns `undefined` when it spells none.
 */
export function pucStringToNumber(
  text: string,
  scaled: (mantissa: bigint, exponent: number) => number,
): number | undefined {
  const all = cString(text);
  const [before = "", sign] = /^[ \t\n\v\f\r]*([+-]?)/.exec(all) ?? [];
  const digits = all.slice(before.length);
  const [length, magnitude] = readMagnitude(digits, scaled);
  if (length === 0 || !SPACES.test(digits.slice(length))) return undefined;
  return sign === "-" ? -magnitude : magnitude;
}

function readMagnitude(
  text: string,
  scaled: (mantissa: bigint, exponent: number) => number,
): [length: number, magnitude: number] {
  const hexadecimal = HEXADECIMAL.exec(text);
  if (hexadecimal !== null) {
    const [all, whole = "", fraction = "", power = "0"] = hexadecimal;
    const mantissa = BigInt(`0x0${whole}${fraction}`);
    return [all.length, scaled(mantissa, Number(power) - 4 * fraction.length)];
  }
  const decimal = DECIMAL.exec(text);
  if (decimal !== null) return [decimal[0].length, Number(decimal[0])];
  const named = NAMED.exec(text);
  if (named === null) return [0, 0];
  return [named[0].length, named[1] === undefined ? Infinity : Number.NaN];
}
