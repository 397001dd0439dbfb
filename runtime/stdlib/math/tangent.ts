/**
 * The tangent by tables, for the reasons and in the way of sine.ts. With T the tangent of the steps, E = 1 + T^2 and t the
 * tangent of the remainder,
 *
 *     tan x = T + E r + E ((t - r) + T r t) / (1 - T t)
 *
 * Errors are 1/30 of a unit at most.
 */
import { CLOSE_SQUARE, MAX_SQUARE, numbers, TANGENT_LIMIT } from "./angle.ts";
import { fixedQuarter, lackOf, QUARTER, toDouble } from "./fixedCircle.ts";
import { slowly, TANGENT } from "./slowly.ts";

/** Tangents are the same after half a turn. */
const HALF_TURN = 2 * QUARTER;

/** T; E cut to 26 bits; and what each of the two lacks. */
const tangents = new Float64Array(HALF_TURN);
const slopes = new Float64Array(HALF_TURN);
const tangentTails = new Float64Array(HALF_TURN);
const slopeTails = new Float64Array(HALF_TURN);
/** Remainders whose squares are not above it are `rareTangent`'s business. */
const closeSquares = new Float64Array(HALF_TURN);

/** So near to a quarter of a turn, `T r` is too large for small errors. */
const STEEP_STEPS = 4;

export function tangent(x: number): number {
  const n = numbers;
  if (x * x < (n[18] as number)) {
    const whole = n[1] as number;
    const steps = x * (n[0] as number) + whole - whole;
    const rest = x - steps * (n[2] as number) - steps * (n[3] as number);
    const third = steps * (n[4] as number);
    const r = rest - third;
    const r2 = r * r;
    const step = steps & 127;
    if (r2 > (closeSquares[step] as number)) {
      const rounder = n[6] as number;
      const upper = r + rounder - rounder;
      const T = tangents[step] as number;
      const E = slopes[step] as number;
      const product = E * upper;
      const sum = T + product;
      const t3 =
        r *
        r2 *
        ((n[13] as number) +
          r2 * ((n[14] as number) + r2 * ((n[15] as number) + r2 * (n[16] as number))));
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
  }
  return 1 * rareTangent(x);
}

/** The same for what the above does not suffice for, and for the first one. */
function rareTangent(x: number): number {
  if (numbers[TANGENT_LIMIT] === 0) {
    fillTangents();
    numbers[TANGENT_LIMIT] = MAX_SQUARE;
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
    closeSquares[step] = isSteep ? Infinity : CLOSE_SQUARE;
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
