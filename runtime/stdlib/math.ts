/** The math library (manual 5.6), with LuaJIT's additions and its random numbers. */
import { NONE } from "../core/call.ts";
import { current } from "../core/current.ts";
import { declareCalculations } from "../core/evaluate.ts";
import { power } from "../core/power.ts";
import type { LuaTable } from "../core/table.ts";
import type { LuaFunction, LuaValue } from "../core/value.ts";
import { checkNumber } from "./arguments.ts";
import { defineLibrary, libraryTable, type Library } from "./library.ts";
import { scaleByExponent, splitExponent } from "./math/exponent.ts";
import { exponential } from "./math/exponential.ts";
import { cosine, sine } from "./math/sine.ts";
import { tangent } from "./math/tangent.ts";
import { Tausworthe } from "./math/tausworthe.ts";

/** The table `math` of a state; each has random numbers of its own. */
export function openMath(): LuaTable {
  const random = randomLibrary(new Tausworthe(0));
  return libraryTable(mathLibrary, { ...random.functions, pi: Math.PI, huge: Infinity });
}

export const mathLibrary = defineLibrary("math", {
  abs: (x) => Math.abs(checkNumber(x, 1)),

  /** The angle in radians whose cosine is `x`. */
  acos: (x) => Math.acos(checkNumber(x, 1)),

  asin: (x) => Math.asin(checkNumber(x, 1)),

  atan: (x) => Math.atan(checkNumber(x, 1)),

  /** The angle in radians of the point (`x`, `y`). */
  atan2: (y, x) => Math.atan2(checkNumber(y, 1), checkNumber(x, 2)),

  /** The smallest integer not below `x`. */
  ceil: (x) => {
    const number = checkNumber(x, 1);
    const ceiling = Math.ceil(number);
    // LuaJIT rounds to the nearest, which is -1 here, and adds 1: that is no -0.
    return ceiling === 0 && number < -0.5 && !current.state.isPuc51 ? 0 : ceiling;
  },

  // Sines and the like look at the type themselves: V8 puts two of them into a loop, but no more with two checks.
  cos: (x) => cosine(typeof x === "number" ? x : checkNumber(x, 1)),

  cosh: (x) => Math.cosh(checkNumber(x, 1)),

  /** Radians to degrees. */
  deg: (x) => checkNumber(x, 1) * (180 / Math.PI),

  exp: (x) => exponential(typeof x === "number" ? x : checkNumber(x, 1)),

  /** The largest integer not above `x`. */
  floor: (x) => Math.floor(checkNumber(x, 1)),

  /** The remainder of a division that rounds towards zero. */
  fmod: (x, y) => checkNumber(x, 1) % checkNumber(y, 2),

  /** Fraction and exponent of 2 whose product is `x`. */
  frexp: (x) => splitExponent(checkNumber(x, 1)),

  /** `x * 2^exponent`. */
  ldexp: (x, exponent) => scaleByExponent(checkNumber(x, 1), Math.trunc(checkNumber(exponent, 2))),

  /** The logarithm of `x`, natural unless a base is given. @signature (x [, base]) */
  log: (...values) => {
    const x = checkNumber(values[0], 1);
    if (values.length < 2) return Math.log(x);
    // The product, not a quotient: what LuaJIT computes, to the last bit.
    return Math.log2(x) * (1 / Math.log2(checkNumber(values[1], 2)));
  },

  log10: (x) => Math.log10(checkNumber(x, 1)),

  /** The largest argument. A NaN is passed over unless it comes last. @signature (x, ...) */
  max: (...values) => {
    const first = values[0];
    const second = values[1];
    // Of two there mostly are: V8 then needs no list, and the loop does not count against what it puts into the caller.
    if (values.length === 2 && typeof first === "number" && typeof second === "number") {
      return first > second ? first : second;
    }
    return largestOf(values);
  },

  /** The smallest argument. A NaN is passed over unless it comes last. @signature (x, ...) */
  min: (...values) => {
    const first = values[0];
    const second = values[1];
    if (values.length === 2 && typeof first === "number" && typeof second === "number") {
      return first < second ? first : second;
    }
    return smallestOf(values);
  },

  /** The whole and the fractional part of `x`, both with its sign. */
  modf: (x) => {
    const number = checkNumber(x, 1);
    const whole = Math.trunc(number);
    const zero = number < 0 || Object.is(number, -0) ? -0 : 0;
    return [whole, number === whole ? zero : number - whole];
  },

  pow: (x, y) => power(checkNumber(x, 1), checkNumber(y, 2)),

  /** Degrees to radians. */
  rad: (x) => checkNumber(x, 1) * (Math.PI / 180),

  sin: (x) => sine(typeof x === "number" ? x : checkNumber(x, 1)),

  sinh: (x) => Math.sinh(checkNumber(x, 1)),

  sqrt: (x) => Math.sqrt(checkNumber(x, 1)),

  tan: (x) => tangent(typeof x === "number" ? x : checkNumber(x, 1)),

  tanh: (x) => Math.tanh(checkNumber(x, 1)),
});

const {
  atan2,
  fmod,
  ldexp,
  pow,
  frexp: _frexp,
  modf: _modf,
  ...ofOneNumber
} = mathLibrary.functions;
declareCalculations(Object.values(ofOneNumber), 1);
declareCalculations(Object.values({ atan2, fmod, ldexp, pow }) as LuaFunction[], 2);

function largestOf(values: readonly LuaValue[]): number {
  let largest = checkNumber(values[0], 1);
  for (let offset = 1; offset < values.length; offset++) {
    const value = checkNumber(values[offset], offset + 1);
    if (!(largest > value)) largest = value;
  }
  return largest;
}

function smallestOf(values: readonly LuaValue[]): number {
  let smallest = checkNumber(values[0], 1);
  for (let offset = 1; offset < values.length; offset++) {
    const value = checkNumber(values[offset], offset + 1);
    if (!(smallest < value)) smallest = value;
  }
  return smallest;
}

/** The functions that draw on a generator. */
export function randomLibrary(generator: Tausworthe): Library {
  return defineLibrary("math", {
    /**
     * A random number from 0 inclusive to 1 exclusive; a whole one from 1 to `m`, or from `m` to
     * `n`, when these are given. An empty range is not an error in LuaJIT.
     *
     * @signature ([m [, n]])
     */
    random: (...values) => {
      const number = generator.next();
      if (values.length === 0) return number;
      const low = checkNumber(values[0], 1);
      if (values.length === 1) return Math.floor(number * low) + 1;
      const high = checkNumber(values[1], 2);
      return Math.floor(number * (high - low + 1)) + low;
    },

    /** Starts the sequence that belongs to a number. */
    randomseed: (seed) => {
      generator.seed(checkNumber(seed, 1));
      return NONE;
    },
  });
}
