/**
 * The exponential function by tables: V8's own is off by one unit in the last place for one number in ten. With the
 * multiple of `log 2 / 128` that is next to x,
 *
 *     x = k log 2 / 128 + s                exp x = 2^(k/128) exp s
 *
 * as in core/fractionalPower.ts (P. T. P. Tang, "Table-driven implementation of the exponential function", 1989).
 * What is added to the power is at most 1/350 of it, and errors 1/200 of a unit.
 */
import {
  fillRoots,
  LEAST_EXPONENT,
  powersOfTwo,
  roots,
  rootTails,
  ROUNDER,
  STEP,
  STEP_TAIL,
} from "../../core/roots.ts";

/** Beyond it results may be no normal numbers. */
const MAX_SIZE = 708;

/** The numbers of the formula: why in an array, and with literal places, angle.ts says. */
const numbers = Float64Array.of(
  // 0: squares of arguments are below it, 0 before there are tables; 1: steps of 1; 2: rounds to a whole number.
  0,
  1 / STEP,
  ROUNDER,
  // 3 and 4: parts of a step; 5 to 8: the series, but for its first two terms.
  STEP,
  STEP_TAIL,
  1 / 2,
  1 / 6,
  1 / 24,
  1 / 120,
);

export function exponential(x: number): number {
  const n = numbers;
  if (x * x < (n[0] as number)) {
    const rounder = n[2] as number;
    const steps = x * (n[1] as number) + rounder - rounder;
    const s = x - steps * (n[3] as number) - steps * (n[4] as number);
    const s2 = s * s;
    const series =
      s +
      s2 *
        ((n[5] as number) + s * (n[6] as number) + s2 * ((n[7] as number) + s * (n[8] as number)));
    const place = steps | 0;
    const root = roots[place & 127] as number;
    return (
      (root + (root * series + (rootTails[place & 127] as number))) *
      (powersOfTwo[(place >> 7) - LEAST_EXPONENT] as number)
    );
  }
  // The product tells V8 that it is a number, which it would else box in every case.
  return 1 * rareExponential(x);
}

/** The same for what the above does not suffice for, and for the first one. */
function rareExponential(x: number): number {
  if (numbers[0] !== 0) return Math.exp(x);
  fillRoots();
  numbers[0] = MAX_SIZE ** 2;
  return exponential(x);
}
