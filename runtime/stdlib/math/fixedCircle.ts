/**
 * Pi, sines and cosines as integers: fixed point, with any number of bits behind the point. The last few of them are wrong.
 */

/** The first one of the 4 quarters of a circle has so many steps of `pi / 128`. */
export const QUARTER = 64;

/** `pi * 2^bits` (Machin: `pi / 4 = 4 arctan 1/5 - arctan 1/239`). */
export function fixedPi(bits: bigint): bigint {
  return 4n * (4n * arctangentOfInverse(5n, bits) - arctangentOfInverse(239n, bits));
}

function arctangentOfInverse(divisor: bigint, bits: bigint): bigint {
  const square = divisor * divisor;
  let power = (1n << bits) / divisor;
  let sum = 0n;
  for (let exponent = 1n; power !== 0n; exponent += 2n) {
    sum += power / exponent;
    power = -power / square;
  }
  return sum;
}

/** Sine and cosine, by the number of steps. */
export interface FixedPoint {
  readonly sine: bigint;
  readonly cosine: bigint;
}

/** The points of the first quarter but its last one, which begins the second. */
export function fixedQuarter(bits: bigint): FixedPoint[] {
  const step = fixedPi(bits) / BigInt(2 * QUARTER);
  const stepSine = seriesFrom(step, 1n, step, bits);
  const stepCosine = seriesFrom(1n << bits, 0n, step, bits);
  const points: FixedPoint[] = [];
  let sine = 0n;
  let cosine = 1n << bits;
  for (let steps = 0; steps < QUARTER; steps++) {
    points.push({ sine, cosine });
    const next = sine * stepCosine + cosine * stepSine;
    cosine = (cosine * stepCosine - sine * stepSine) >> bits;
    sine = next >> bits;
  }
  return points;
}

/** The sum of `term`, whose power of `angle` is given, and each second one behind it, with changing signs. */
function seriesFrom(term: bigint, power: bigint, angle: bigint, bits: bigint): bigint {
  const square = (angle * angle) >> bits;
  let sum = 0n;
  let rest = term;
  for (let exponent = power; rest !== 0n; exponent += 2n) {
    sum += rest;
    rest = -(rest * square) / ((exponent + 1n) * (exponent + 2n)) / (1n << bits);
  }
  return sum;
}

/** A fixed-point number as a double. */
export function toDouble(fixed: bigint, bits: bigint): number {
  return Number(fixed) / 2 ** Number(bits);
}

/** What a double lacks of a fixed-point number. */
export function lackOf(double: number, fixed: bigint, bits: bigint): number {
  return toDouble(fixed - BigInt(double * 2 ** Number(bits)), bits);
}
