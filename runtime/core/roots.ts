/**
 * Powers of 2 with whole exponents, and with those that are multiples of 1/128 with twice the digits of a double: what
 * fractionalPower.ts and the exponential function compute with. The tables are filled when they are first needed, with
 * integers of 128 bits.
 */

/** As many entries as each table has that goes from one power of 2 to the next. */
export const ENTRIES = 128;
/** Their logarithm to base 2. */
export const ENTRY_BITS = 7;

/** `2^(j/128)`: a double, and what it lacks. 0 before the tables are filled. */
export const roots = new Float64Array(ENTRIES);
export const rootTails = new Float64Array(ENTRIES);

/** The exponents of 2 that a table has are not below it. */
export const LEAST_EXPONENT = -1023;
export const powersOfTwo = new Float64Array(1023 - LEAST_EXPONENT + 1);

/** `log 2` in two parts; multiples of the first one up to 2^20 are exact. */
export const LN2 = 0.6931471803691238;
export const LN2_TAIL = 1.9082149292705877e-10;
/** `log 2 / 128`, in the same way. */
export const STEP = LN2 / ENTRIES;
export const STEP_TAIL = LN2_TAIL / ENTRIES;

/** To it added and taken away, a double is rounded to a whole number. */
export const ROUNDER = 1.5 * 2 ** 52;

/** Fixed point: so many bits are behind the point. */
export const PRECISION = 128n;

export function fillRoots(): void {
  const one = 1n << PRECISION;
  for (let exponent = LEAST_EXPONENT; exponent <= 1023; exponent++) {
    powersOfTwo[exponent - LEAST_EXPONENT] = 2 ** exponent;
  }
  let step = 2n * one;
  for (let bits = 0; bits < ENTRY_BITS; bits++) step = squareRoot(step << PRECISION);
  let power = one;
  for (let entry = 0; entry < ENTRIES; entry++) {
    putParts(power, roots, rootTails, entry);
    power = (power * step) >> PRECISION;
  }
}

/** Newton's method, from above. */
function squareRoot(value: bigint): bigint {
  let root = value;
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** Writes a number of fixed point as a double and what that lacks. */
export function putParts(
  fixed: bigint,
  heads: Float64Array,
  tails: Float64Array,
  entry: number,
): void {
  const unit = 2 ** Number(PRECISION);
  const head = Number(fixed) / unit;
  heads[entry] = head;
  tails[entry] = Number(fixed - BigInt(head * unit)) / unit;
}
