/**
 * The tangent by tables, for the reasons and in the way of sine.ts. With T the tangent of the steps, E = 1 + T^2 and t the
 * tangent of the remainder,
 *
 *     tan x = T + E r + E ((t - r) + T r t) / (1 - T t)
 */
import {
  CLOSE,
  FIRST,
  MAX_SIZE,
  numbers,
  reduceClosely,
  reduceFar,
  remainder,
  REST,
  SECOND,
  STEPS_PER_UNIT,
  TANGENT_3,
  TANGENT_5,
  TANGENT_7,
  TANGENT_9,
  TANGENT_LIMIT,
  TO_UPPER,
  TO_WHOLE,
  upperOf,
} from "./angle.ts";
import { productTail } from "../../core/productTail.ts";
import { fillCircle, circle, COSINE, COSINE_TAIL, SINE_TAIL, STRIDE, TURN_MASK } from "./circle.ts";
import { fixedQuarter, lackOf, QUARTER, toDouble } from "./fixedCircle.ts";

/** Tangents are the same after half a turn. */
const HALF_TURN = 2 * QUARTER;
const HALF_TURN_MASK = HALF_TURN - 1;

/** By STRIDE * steps: T; E cut to 26 bits; and what each of the two lacks. */
const tangents = new Float64Array(HALF_TURN * STRIDE);
const SLOPE = COSINE;
const TANGENT_TAIL = SINE_TAIL;
const SLOPE_TAIL = COSINE_TAIL;

/** So near to a quarter of a turn, `T r` is too large for small errors. */
const STEEP_STEPS = 4;

/** Tangents of what is smaller are it itself; -0 is. */
const TINY = 2 ** -27;

export function tangent(x: number): number {
  const n = numbers;
  if (!(Math.abs(x) < (n[TANGENT_LIMIT] as number))) return farTangent(x);
  const steps =
    x * (n[STEPS_PER_UNIT] as number) + (n[TO_WHOLE] as number) - (n[TO_WHOLE] as number);
  const rest = x - steps * (n[FIRST] as number) - steps * (n[SECOND] as number);
  const third = steps * (n[REST] as number);
  const r = rest - third;
  const step = (steps | 0) & HALF_TURN_MASK;
  if (
    Math.abs(r) < (n[CLOSE] as number) ||
    (step >= QUARTER - STEEP_STEPS && step <= QUARTER + STEEP_STEPS)
  ) {
    return closeTangent(steps, rest);
  }
  const upper = r + (n[TO_UPPER] as number) - (n[TO_UPPER] as number);
  const place = step * STRIDE;
  const T = tangents[place] as number;
  const E = tangents[place + SLOPE] as number;
  const product = E * upper;
  const sum = T + product;
  const r2 = r * r;
  const t3 =
    r *
    r2 *
    ((n[TANGENT_3] as number) +
      r2 *
        ((n[TANGENT_5] as number) +
          r2 * ((n[TANGENT_7] as number) + r2 * (n[TANGENT_9] as number))));
  const t = r + t3;
  const curve = (t3 + T * r * t) / (1 - T * t);
  return (
    sum +
    (T -
      sum +
      product +
      (E * (rest - upper - third + curve) +
        ((tangents[place + SLOPE_TAIL] as number) * (r + curve) +
          (tangents[place + TANGENT_TAIL] as number))))
  );
}

/** The same near a whole number of steps, and where it is steep. */
function closeTangent(steps: number, rest: number): number {
  if (steps === 0 && Math.abs(rest) < TINY) return rest;
  reduceClosely(steps, rest);
  return tangentAround(steps);
}

/** The same for large numbers, and the first one. */
function farTangent(x: number): number {
  if (numbers[TANGENT_LIMIT] === 0) {
    fillTangents();
    fillCircle();
    numbers[TANGENT_LIMIT] = MAX_SIZE;
  }
  if (Math.abs(x) < MAX_SIZE) return tangent(x);
  return Math.abs(x) < Infinity ? tangentAround(reduceFar(x)) : NaN;
}

/** The tangent of steps and `remainder`: sine by cosine, each as in sine.ts, and what the quotient lacks. */
function tangentAround(steps: number): number {
  const r = remainder[0] as number;
  const upper = upperOf(r);
  const r2 = r * r;
  const sine3 = r * r2 * (-1 / 6 + r2 * (1 / 120 - r2 / 5040));
  const cosine2 = r2 * (-1 / 2 + r2 * (1 / 24 - r2 / 720));
  const lower = r - upper + (remainder[1] as number) + sine3;

  const place = (steps & TURN_MASK) * STRIDE;
  const S = circle[place] as number;
  const C = circle[place + COSINE] as number;
  const sineProduct = C * upper;
  const sine = S + sineProduct;
  const sineTails =
    (circle[place + COSINE_TAIL] as number) * (r + sine3) + (circle[place + SINE_TAIL] as number);
  const sineTail = S - sine + sineProduct + (C * lower + sineTails + S * cosine2);

  const turned = ((steps + QUARTER) & TURN_MASK) * STRIDE;
  const turnedS = circle[turned] as number;
  const turnedC = circle[turned + COSINE] as number;
  const cosineProduct = turnedC * upper;
  const cosine = turnedS + cosineProduct;
  const cosineTails =
    (circle[turned + COSINE_TAIL] as number) * (r + sine3) + (circle[turned + SINE_TAIL] as number);
  const cosineTail =
    turnedS - cosine + cosineProduct + (turnedC * lower + cosineTails + turnedS * cosine2);

  const quotient = sine / cosine;
  const back = quotient * cosine;
  const lack =
    sine - back - productTail(quotient, cosine, back) + (sineTail - quotient * cosineTail);
  return quotient + lack / (cosine + cosineTail);
}

const BITS = 160n;

function fillTangents(): void {
  const one = 1n << BITS;
  fixedQuarter(BITS).forEach(({ sine, cosine }, steps) => {
    put(steps, (sine << BITS) / cosine, one);
    if (steps > 0) put(HALF_TURN - steps, -(sine << BITS) / cosine, one);
  });
}

function put(steps: number, value: bigint, one: bigint): void {
  const place = steps * STRIDE;
  const head = toDouble(value, BITS);
  const slope = one + ((value * value) >> BITS);
  const slopeSize = toDouble(slope, BITS);
  const unit = 2 ** (25 - Math.floor(Math.log2(slopeSize)));
  const slopeHead = Math.round(slopeSize * unit) / unit;
  tangents[place] = head;
  tangents[place + SLOPE] = slopeHead;
  tangents[place + TANGENT_TAIL] = lackOf(head, value, BITS);
  tangents[place + SLOPE_TAIL] = lackOf(slopeHead, slope, BITS);
}
