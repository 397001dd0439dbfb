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
  MAX_SIZE,
  numbers,
  reduceClosely,
  reduceFar,
  remainder,
  REST,
  SECOND,
  SINE_3,
  SINE_5,
  SINE_7,
  SINE_LIMIT,
  STEPS_PER_UNIT,
  TO_UPPER,
  TO_WHOLE,
  upperOf,
} from "./angle.ts";
import { fillCircle, circle, COSINE, COSINE_TAIL, SINE_TAIL, STRIDE, TURN_MASK } from "./circle.ts";
import { QUARTER } from "./fixedCircle.ts";

/** Sines of what is smaller are it itself; -0 is. */
const TINY = 2 ** -27;

export function sine(x: number): number {
  return Math.abs(x) < (numbers[SINE_LIMIT] as number) ? turnedSine(x, 0) : farSine(x, 0);
}

export function cosine(x: number): number {
  return Math.abs(x) < (numbers[SINE_LIMIT] as number)
    ? turnedSine(x, QUARTER)
    : farSine(x, QUARTER);
}

/** The sine of an angle and some steps. */
function turnedSine(x: number, turn: number): number {
  const n = numbers;
  const steps =
    x * (n[STEPS_PER_UNIT] as number) + (n[TO_WHOLE] as number) - (n[TO_WHOLE] as number);
  const rest = x - steps * (n[FIRST] as number) - steps * (n[SECOND] as number);
  const third = steps * (n[REST] as number);
  const r = rest - third;
  if (Math.abs(r) < (n[CLOSE] as number)) return closeSine(steps, rest, turn);
  const upper = r + (n[TO_UPPER] as number) - (n[TO_UPPER] as number);
  const place = (((steps | 0) + turn) & TURN_MASK) * STRIDE;
  const S = circle[place] as number;
  const C = circle[place + COSINE] as number;
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
        ((circle[place + COSINE_TAIL] as number) * (r + sine3) +
          (circle[place + SINE_TAIL] as number)) +
        S *
          (r2 *
            ((n[COSINE_2] as number) +
              r2 * ((n[COSINE_4] as number) + r2 * (n[COSINE_6] as number))))))
  );
}

/** The same near a whole number of steps. */
function closeSine(steps: number, rest: number, turn: number): number {
  if (turn === 0 && steps === 0 && Math.abs(rest) < TINY) return rest;
  reduceClosely(steps, rest);
  return sineAround(steps + turn);
}

/** The same for large numbers, and the first one. */
function farSine(x: number, turn: number): number {
  if (numbers[SINE_LIMIT] === 0) {
    fillCircle();
    numbers[SINE_LIMIT] = MAX_SIZE;
  }
  if (Math.abs(x) < MAX_SIZE) return turnedSine(x, turn);
  return Math.abs(x) < Infinity ? sineAround(reduceFar(x) + turn) : NaN;
}

/** The sine of steps and `remainder`. */
function sineAround(steps: number): number {
  const r = remainder[0] as number;
  const place = (steps & TURN_MASK) * STRIDE;
  const S = circle[place] as number;
  const C = circle[place + COSINE] as number;
  const upper = upperOf(r);
  const product = C * upper;
  const sum = S + product;
  const r2 = r * r;
  const sine3 = r * r2 * (-1 / 6 + r2 * (1 / 120 - r2 / 5040));
  const cosine2 = r2 * (-1 / 2 + r2 * (1 / 24 - r2 / 720));
  const lower = r - upper + (remainder[1] as number);
  const tails =
    (circle[place + COSINE_TAIL] as number) * (r + sine3) + (circle[place + SINE_TAIL] as number);
  return sum + (S - sum + product + (C * (lower + sine3) + tails + S * cosine2));
}
