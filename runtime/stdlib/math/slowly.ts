/**
 * Sine, cosine and tangent of any number, with all digits: for what sine.ts and tangent.ts leave, numbers near a whole number
 * of steps and large ones. It first fills their tables.
 *
 * In one piece it is longer than what V8 puts into its callers: it would use up the room that a loop has for what it
 * computes often.
 */
import { productTail } from "../../core/productTail.ts";
import {
  MAX_SIZE,
  MAX_SQUARE,
  numbers,
  reduceClosely,
  reduceFar,
  remainder,
  SINE_LIMIT,
  upperOf,
} from "./angle.ts";
import { cosines, cosineTails, fillCircle, sines, sineTails, TURN_MASK } from "./circle.ts";
import { QUARTER } from "./fixedCircle.ts";

/** What is wanted: the sine of an angle and so many steps more, or the tangent. */
export const TANGENT = -1;

/** Sines and tangents of what is smaller are it itself; -0 is. */
const TINY = 2 ** -27;

export function slowly(x: number, wanted: 0 | typeof QUARTER | typeof TANGENT): number {
  if (numbers[SINE_LIMIT] === 0) {
    fillCircle();
    numbers[SINE_LIMIT] = MAX_SQUARE;
  }
  const size = Math.abs(x);
  if (size < TINY && wanted !== QUARTER) return x;
  if (!(size < Infinity)) return NaN;
  const steps = size < MAX_SIZE ? reduceClosely(x) : reduceFar(x);
  const r = remainder[0] as number;
  const upper = upperOf(r);
  const r2 = r * r;
  const sine3 = r * r2 * (-1 / 6 + r2 * (1 / 120 - r2 / 5040));
  const cosine2 = r2 * (-1 / 2 + r2 * (1 / 24 - r2 / 720));
  const sineR = r + sine3;
  const lower = r - upper + (remainder[1] as number) + sine3;

  // As in sine.ts, but the last sum.
  const place = steps & TURN_MASK;
  const S = sines[place] as number;
  const C = cosines[place] as number;
  const product = C * upper;
  const sine = S + product;
  const tails = (cosineTails[place] as number) * sineR + (sineTails[place] as number);
  const sineTail = S - sine + product + (C * lower + tails + S * cosine2);
  if (wanted === 0) return sine + sineTail;

  const turned = (steps + QUARTER) & TURN_MASK;
  const turnedS = sines[turned] as number;
  const turnedC = cosines[turned] as number;
  const turnedProduct = turnedC * upper;
  const cosine = turnedS + turnedProduct;
  const turnedTails = (cosineTails[turned] as number) * sineR + (sineTails[turned] as number);
  const cosineTail =
    turnedS - cosine + turnedProduct + (turnedC * lower + turnedTails + turnedS * cosine2);
  if (wanted === QUARTER) return cosine + cosineTail;

  const quotient = sine / cosine;
  const back = quotient * cosine;
  const lack =
    sine - back - productTail(quotient, cosine, back) + (sineTail - quotient * cosineTail);
  return quotient + lack / (cosine + cosineTail);
}
