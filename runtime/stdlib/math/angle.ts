/**
 * How sine.ts and tangent.ts take an angle apart: `x = steps * pi / 128 + r`, with a remainder of two doubles (W. J. Cody and
 * W. Waite, "Software Manual for the Elementary Functions", 1980). The step is in parts of 22 bits, so that
 * products with a number of steps below 2^31 are exact, as are the first two differences:
 *
 *     rest = x - steps * FIRST - steps * SECOND                         r = rest - steps * REST
 *
 * That is written where it is used, for speed. Here is what it does not suffice for: remainders near 0, where digits cancel,
 * and angles with more steps.
 */
import { productTail } from "../../core/productTail.ts";
import { fixedPi } from "./fixedCircle.ts";

/** To it added and taken away, a double is rounded to a whole number. */
const ROUNDER = 1.5 * 2 ** 52;
/** To it added and taken away, a remainder has 27 bits. */
const UPPER_ROUNDER = 1.5 * 2 ** 19;
/** How many steps an angle of 1 has. */
const STEPS_OF_ONE = 128 / Math.PI;
/** The parts of a step, and all but the first two as a double. */
const FIRST_PART = 3294198 * 2 ** -27;
const SECOND_PART = 2761238 * 2 ** -49;
const THIRD_PART = 2296019 * 2 ** -71;
const FOURTH_PART = 312930 * 2 ** -93;
const FIFTH_PART = 5.50243728934875e-29;
const REST_PART = 9.724019018588458e-16;

/** Remainders below it may lack digits, and need not be split: products with them are small. */
const CLOSE_SIZE = 2 ** -12;
export const CLOSE_SQUARE = CLOSE_SIZE ** 2;

/**
 * The numbers of the formulas in sine.ts and tangent.ts. They stand in an array because the processor takes them from
 * there as it computes, where V8 would put each literal into a register first, with two instructions: that was a sixth of the
 * time. Their places are written as literals there: by name, they would make functions too long for V8 to put into loops.
 */
export const numbers = Float64Array.of(
  // 0: steps of an angle of 1; 1: rounds to a whole number; 2 to 4: parts of a step.
  STEPS_OF_ONE,
  ROUNDER,
  FIRST_PART,
  SECOND_PART,
  REST_PART,
  // 5: the square of remainders that are close; 6: gives the upper part of one.
  CLOSE_SQUARE,
  UPPER_ROUNDER,
  // 7 to 9: the series of sine, but for its first term; 10 to 12: that of cosine; 13 to 16: that of the tangent.
  -1 / 6,
  1 / 120,
  -1 / 5040,
  -1 / 2,
  1 / 24,
  -1 / 720,
  1 / 3,
  2 / 15,
  17 / 315,
  62 / 2835,
  // SINE_LIMIT and TANGENT_LIMIT: angles whose squares are not below have too many steps. 0 before there are tables, so that
  // one comparison finds both.
  0,
  0,
);
export const SINE_LIMIT = 17;
export const TANGENT_LIMIT = 18;

/** Up to it, steps fit into 32 bits. Its square is what the limits become. */
export const MAX_SIZE = 2 ** 25;
export const MAX_SQUARE = MAX_SIZE ** 2;

/** What `reduceClosely` and `reduceFar` leave over: a double, and what it lacks. */
export const remainder = new Float64Array(2);

/** The leading bits of a remainder: their product with a number of 26 bits is exact, or the rest is too small to matter. */
export function upperOf(r: number): number {
  return Math.abs(r) < CLOSE_SIZE ? r : r + UPPER_ROUNDER - UPPER_ROUNDER;
}

/**
 * Computes a remainder with all digits, however near to 0. Of two that are subtracted, the second one is smaller, or the
 * difference is exact.
 *
 * @param x Below MAX_SIZE.
 * @returns The number of steps.
 */
export function reduceClosely(x: number): number {
  const steps = x * STEPS_OF_ONE + ROUNDER - ROUNDER;
  const rest = x - steps * FIRST_PART - steps * SECOND_PART;
  const third = steps * THIRD_PART;
  const upper = rest - third;
  const fourth = steps * FOURTH_PART;
  const r = upper - fourth;
  remainder[0] = r;
  remainder[1] = rest - upper - third + (upper - r - fourth - steps * FIFTH_PART);
  return steps;
}

/** Angles are cut into pieces of so many bits, each a multiple of one of these powers of 2, from the FIRST_POWERth one on. */
const PIECE_BITS = 26;
const FIRST_POWER = -2;
const POWERS = Math.ceil(1024 / PIECE_BITS) - FIRST_POWER;
const powersOfTwo = new Float64Array(POWERS);

/**
 * The steps of each power, but for whole turns, in columns of 24 bits, the point behind the first 8: sums of three
 * products with pieces are exact.
 */
const COLUMNS = 7;
const COLUMN_BITS = 24;
const WHOLE_BITS = 8;
const stepsOfPower = new Float64Array(POWERS * COLUMNS);

const COLUMN = 2 ** -COLUMN_BITS;
/** The fraction of the first column. */
const FRACTION = 2 ** (COLUMN_BITS - WHOLE_BITS);
/** One step, in units of the fraction of a column. */
const UNIT = Math.PI / 128 / FRACTION;
const UNIT_TAIL = 9.567553118338697e-19 / FRACTION;

/**
 * The same for any finite angle (M. Payne and R. Hanek, "Radian reduction for trigonometric functions", 1983).
 *
 * @returns The number of steps, but for whole turns.
 */
export function reduceFar(x: number): number {
  if (powersOfTwo[0] === 0) fillPowers();
  let column0 = 0;
  let column1 = 0;
  let column2 = 0;
  let column3 = 0;
  let column4 = 0;
  let column5 = 0;
  let column6 = 0;
  let rest = Math.abs(x);
  for (let power = powerOf(rest); rest > 0; power--) {
    const unit = powersOfTwo[power] as number;
    const piece = Math.floor(rest / unit);
    rest -= piece * unit;
    const at = power * COLUMNS;
    column0 += piece * (stepsOfPower[at] as number);
    column1 += piece * (stepsOfPower[at + 1] as number);
    column2 += piece * (stepsOfPower[at + 2] as number);
    column3 += piece * (stepsOfPower[at + 3] as number);
    column4 += piece * (stepsOfPower[at + 4] as number);
    column5 += piece * (stepsOfPower[at + 5] as number);
    column6 += piece * (stepsOfPower[at + 6] as number);
  }
  // Up to here all is exact. Whole turns are taken off, and then whole steps.
  const first = column0 - Math.floor(column0 * COLUMN) / COLUMN;
  const sum1 = first + column1 * COLUMN;
  const steps = Math.round(sum1 / FRACTION);
  const fraction = sum1 - steps * FRACTION;
  const part2 = column2 * COLUMN ** 2;
  const sum2 = fraction + part2;
  const tail2 = part2 - (sum2 - fraction);
  const part3 = column3 * COLUMN ** 3;
  const sum3 = sum2 + part3;
  const tail3 = part3 - (sum3 - sum2);
  const tail =
    tail2 + tail3 + (column4 * COLUMN ** 4 + (column5 * COLUMN ** 5 + column6 * COLUMN ** 6));

  const product = sum3 * UNIT;
  const rest2 = productTail(sum3, UNIT, product) + (sum3 * UNIT_TAIL + tail * UNIT);
  const r = product + rest2;
  const sign = x < 0 ? -1 : 1;
  remainder[0] = sign * r;
  remainder[1] = sign * (rest2 - (r - product));
  return sign * steps;
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
/** Which of the words begins with sign and exponent. */
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

/** Where in the tables the highest power is that is not above a positive number. */
function powerOf(size: number): number {
  double[0] = size;
  const exponent = ((words[HIGH] as number) >>> 20) - 1023;
  return Math.floor(exponent / PIECE_BITS) - FIRST_POWER;
}

function fillPowers(): void {
  // Divided by pi, the highest power needs all of its own bits, and those of the columns.
  const bits = BigInt(POWERS * PIECE_BITS + COLUMNS * COLUMN_BITS);
  const pi = fixedPi(bits);
  const fractionBits = BigInt(COLUMNS * COLUMN_BITS - WHOLE_BITS);
  for (let place = 0; place < POWERS; place++) {
    const exponent = (place + FIRST_POWER) * PIECE_BITS;
    powersOfTwo[place] = 2 ** exponent;
    const steps = (1n << (bits + fractionBits + BigInt(exponent + 7))) / pi;
    for (let column = 0; column < COLUMNS; column++) {
      const shift = BigInt((COLUMNS - 1 - column) * COLUMN_BITS);
      stepsOfPower[place * COLUMNS + column] = Number(BigInt.asUintN(COLUMN_BITS, steps >> shift));
    }
  }
}
