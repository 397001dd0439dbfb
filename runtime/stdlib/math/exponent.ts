/** A double taken apart into fraction and exponent, and put together again. */

const view = new DataView(new ArrayBuffer(8));

/** `x` as `fraction * 2^exponent` with a fraction from 0.5 up to below 1; C's `frexp`. */
export function splitExponent(x: number): [fraction: number, exponent: number] {
  if (x === 0 || !Number.isFinite(x)) return [x, 0];
  const isSubnormal = Math.abs(x) < 2 ** -1022;
  view.setFloat64(0, isSubnormal ? x * 2 ** 54 : x);
  const upper = view.getUint32(0);
  const exponent = ((upper >>> 20) & 0x7ff) - 1022;
  view.setUint32(0, (upper & 0x800fffff) | (1022 << 20));
  return [view.getFloat64(0), isSubnormal ? exponent - 54 : exponent];
}

/** `x * 2^exponent`, rounded once; C's `ldexp`. The exponent is a whole number, or infinite. */
export function scaleByExponent(x: number, exponent: number): number {
  // Not a number for 0 and for infinity, as the processor has it that LuaJIT asks.
  if (!Number.isFinite(exponent)) return x * (exponent > 0 ? Infinity : exponent < 0 ? 0 : NaN);
  let scaled = x;
  let rest = Math.max(-5000, Math.min(5000, exponent));
  while (rest > 1023) {
    scaled *= 2 ** 1023;
    rest -= 1023;
  }
  // In steps that keep 53 bits above the smallest number, so that only the last one rounds.
  while (rest < -1022) {
    scaled *= 2 ** -969;
    rest += 969;
  }
  return scaled * 2 ** rest;
}
