/**
 * What is known of each of the 256 steps of a circle, with twice the digits of a double. It is filled when it is first needed,
 * with integers of 160 bits, in 1 ms.
 */
import { fixedQuarter, lackOf, QUARTER, toDouble } from "./fixedCircle.ts";

const STEPS = 4 * QUARTER;
/** Takes whole turns off a number of steps. */
export const TURN_MASK = STEPS - 1;

/**
 * By number of steps: the sine; the cosine cut to 26 bits, so that products of it with 27 bits are exact; and what each of the
 * two lacks. In four arrays, for V8 checks no bounds of a masked index.
 */
export const sines = new Float64Array(STEPS);
export const cosines = new Float64Array(STEPS);
export const sineTails = new Float64Array(STEPS);
export const cosineTails = new Float64Array(STEPS);

const BITS = 160n;
const COSINE_UNIT = 2 ** 26;

export function fillCircle(): void {
  fixedQuarter(BITS).forEach(({ sine, cosine }, steps) => {
    put(steps, sine, cosine);
    put(steps + QUARTER, cosine, -sine);
    put(steps + 2 * QUARTER, -sine, -cosine);
    put(steps + 3 * QUARTER, -cosine, sine);
  });
}

function put(steps: number, sine: bigint, cosine: bigint): void {
  const sineHead = toDouble(sine, BITS);
  const cosineHead = Math.round(toDouble(cosine, BITS) * COSINE_UNIT) / COSINE_UNIT;
  sines[steps] = sineHead;
  cosines[steps] = cosineHead;
  sineTails[steps] = lackOf(sineHead, sine, BITS);
  cosineTails[steps] = lackOf(cosineHead, cosine, BITS);
}
