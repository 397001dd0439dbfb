/**
 * The tangent by tables, for the reasons and in the way of sine.ts. With T the tangent of the steps, E = 1 + T^2 and t the
 * tangent of the remainder,
 *
 *     tan x = T + E r + E ((t - r) + T r t) / (1 - T t)
 */
import {
  CLOSE_SIZE,
  FIRST,
  MAX_SIZE,
  numbers,
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
} from "./angle.ts";
import { fixedQuarter, lackOf, QUARTER, toDouble } from "./fixedCircle.ts";
import { slowly, TANGENT } from "./slowly.ts";

/** Tangents are the same after half a turn. */
const HALF_TURN = 2 * QUARTER;
const HALF_TURN_MASK = HALF_TURN - 1;

/** T; E cut to 26 bits; and what each of the two lacks. */
const tangents = new Float64Array(HALF_TURN);
const slopes = new Float64Array(HALF_TURN);
const tangentTails = new Float64Array(HALF_TURN);
const slopeTails = new Float64Array(HALF_TURN);
/** Remainders below it are `rareTangent`'s business. */
const closeSizes = new Float64Array(HALF_TURN);

/** So near to a quarter of a turn, `T r` is too large for small errors. */
const STEEP_STEPS = 4;

export function tangent(x: number): number {
  const n = numbers;
  if (!(Math.abs(x) < (n[TANGENT_LIMIT] as number))) return 1 * rareTangent(x);
  const whole = n[TO_WHOLE] as number;
  const steps = x * (n[STEPS_PER_UNIT] as number) + whole - whole;
  const rest = x - steps * (n[FIRST] as number) - steps * (n[SECOND] as number);
  const third = steps * (n[REST] as number);
  const r = rest - third;
  const step = steps & HALF_TURN_MASK;
  if (Math.abs(r) < (closeSizes[step] as number)) return 1 * rareTangent(x);
  const rounder = n[TO_UPPER] as number;
  const upper = r + rounder - rounder;
  const T = tangents[step] as number;
  const E = slopes[step] as number;
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
        ((slopeTails[step] as number) * (r + curve) + (tangentTails[step] as number))))
  );
}

/** The same for what the above does not suffice for, and for the first one. */
function rareTangent(x: number): number {
  if (numbers[TANGENT_LIMIT] === 0) {
    fillTangents();
    numbers[TANGENT_LIMIT] = MAX_SIZE;
  }
  return slowly(x, TANGENT);
}

const BITS = 160n;

function fillTangents(): void {
  const one = 1n << BITS;
  fixedQuarter(BITS).forEach(({ sine, cosine }, step) => {
    put(step, (sine << BITS) / cosine, one);
    if (step > 0) put(HALF_TURN - step, -(sine << BITS) / cosine, one);
  });
  for (let step = 0; step < HALF_TURN; step++) {
    const isSteep = Math.abs(step - QUARTER) <= STEEP_STEPS;
    closeSizes[step] = isSteep ? Infinity : CLOSE_SIZE;
  }
}

function put(step: number, value: bigint, one: bigint): void {
  const head = toDouble(value, BITS);
  const slope = one + ((value * value) >> BITS);
  const slopeSize = toDouble(slope, BITS);
  const unit = 2 ** (25 - Math.floor(Math.log2(slopeSize)));
  const slopeHead = Math.round(slopeSize * unit) / unit;
  tangents[step] = head;
  slopes[step] = slopeHead;
  tangentTails[step] = lackOf(head, value, BITS);
  slopeTails[step] = lackOf(slopeHead, slope, BITS);
}
