/**
 * Sine and cosine by tables. V8's own are off by one unit in the last place for one number in thirty, where glibc's, which
 * LuaJIT calls, are practically always right; and for numbers beyond a million they take a tenth of V8's time.
 *
 * With the steps and the remainder of angle.ts, and S and C the sine and cosine of the steps,
 *
 *     sin x = S + C r + (S (cos r - 1) + C (sin r - r))
 *
 * C has 26 bits here and the upper part of r 27, so that their product is exact, as is what its sum with S lacks. The rest is at most
 * 1/4000 of the result, and errors 1/4000 of a unit (S. Gal, "Computing elementary functions: a new approach for achieving
 * high accuracy and good performance", 1986). A cosine is the sine of an angle with a quarter of a turn more.
 *
 * They are short so that V8 puts them into the loops that call them: a call would have to box argument and result.
 */
import {
  CLOSE,
  COSINE_2,
  COSINE_4,
  COSINE_6,
  FIRST,
  numbers,
  REST,
  SECOND,
  SINE_3,
  SINE_5,
  SINE_7,
  SINE_LIMIT,
  STEPS_PER_UNIT,
  TO_UPPER,
  TO_WHOLE,
} from "./angle.ts";
import { cosines, cosineTails, sines, sineTails, TURN_MASK } from "./circle.ts";
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
  if (!(Math.abs(x) < (n[SINE_LIMIT] as number))) return 1 * slowly(x, turn);
  const whole = n[TO_WHOLE] as number;
  const steps = x * (n[STEPS_PER_UNIT] as number) + whole - whole;
  const rest = x - steps * (n[FIRST] as number) - steps * (n[SECOND] as number);
  const third = steps * (n[REST] as number);
  const r = rest - third;
  if (Math.abs(r) < (n[CLOSE] as number)) return 1 * slowly(x, turn);
  const rounder = n[TO_UPPER] as number;
  const upper = r + rounder - rounder;
  const place = ((steps | 0) + turn) & TURN_MASK;
  const S = sines[place] as number;
  const C = cosines[place] as number;
  const product = C * upper;
  const sum = S + product;
  const r2 = r * r;
  const sine3 =
    r * r2 * ((n[SINE_3] as number) + r2 * ((n[SINE_5] as number) + r2 * (n[SINE_7] as number)));
  return (
    sum +
    (S -
      sum +
      product +
      (C * (rest - upper - third + sine3) +
        ((cosineTails[place] as number) * (r + sine3) + (sineTails[place] as number)) +
        S *
          (r2 *
            ((n[COSINE_2] as number) +
              r2 * ((n[COSINE_4] as number) + r2 * (n[COSINE_6] as number))))))
  );
}
