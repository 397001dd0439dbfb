/**
 * Sine and cosine by tables. V8's own are off by one unit in the last place for one number in thirty, where glibc's, which
 * LuaJIT calls, are practically always right; and beyond a million V8's take ten times as long.
 *
 * With the steps and the remainder of angle.ts, and S and C the sine and cosine of the steps,
 *
 *     sin x = S + C r + (S (cos r - 1) + C (sin r - r))
 *
 * C has 26 bits here and the upper part of r 27, so that their product is exact, as is what its sum with S lacks. The
 * rest is so small that errors are 1/3000 of a unit (S. Gal, "Computing elementary functions: a new approach for achieving
 * high accuracy and good performance", 1986). A cosine is the sine of an angle with a quarter of a turn more.
 *
 * They are short, 360 bytes of V8's bytecode, so that V8 puts two of them into a loop that calls them: a call would have to box
 * argument and result. So names are literals here: 0 to 17 are places in `numbers`, 255 takes off whole turns.
 */
import { numbers } from "./angle.ts";
import { cosines, cosineTails, sines, sineTails } from "./circle.ts";
import { QUARTER } from "./fixedCircle.ts";
import { slowly } from "./slowly.ts";

export function sine(x: number): number {
  return turnedSine(x, 0);
}

export function cosine(x: number): number {
  return turnedSine(x, QUARTER);
}

/** The sine of an angle and some steps. */
function turnedSine(x: number, turn: 0 | typeof QUARTER): number {
  const n = numbers;
  if (x * x < (n[17] as number)) {
    const whole = n[1] as number;
    const steps = x * (n[0] as number) + whole - whole;
    const rest = x - steps * (n[2] as number) - steps * (n[3] as number);
    const third = steps * (n[4] as number);
    const r = rest - third;
    const r2 = r * r;
    if (r2 > (n[5] as number)) {
      const rounder = n[6] as number;
      const upper = r + rounder - rounder;
      const place = ((steps | 0) + turn) & 255;
      const S = sines[place] as number;
      const C = cosines[place] as number;
      const product = C * upper;
      const sum = S + product;
      const sine3 = r * r2 * ((n[7] as number) + r2 * ((n[8] as number) + r2 * (n[9] as number)));
      return (
        sum +
        (S -
          sum +
          product +
          (C * (rest - upper - third + sine3) +
            ((cosineTails[place] as number) * (r + sine3) + (sineTails[place] as number)) +
            S * (r2 * ((n[10] as number) + r2 * ((n[11] as number) + r2 * (n[12] as number))))))
      );
    }
  }
  // The product tells V8 that it is a number, which it would else box in every case.
  return 1 * slowly(x, turn);
}
