/** What PUC Lua 5.1's math library does in another way than LuaJIT's (manual 5.6). */
import type { LuaFunction } from "../../core/value.ts";
import { NONE } from "../../core/call.ts";
import { power } from "../../core/power.ts";
import { argumentError, callerError, checkInteger, checkNumber } from "../arguments.ts";
import { defineBuiltin } from "../library.ts";
import { scaleByExponent } from "../math/exponent.ts";
import { GlibcRandom, RAND_MAX } from "./glibcRandom.ts";

/*
 * C leaves it open which of two arguments is looked at first; compiled for x86 it is the last one.
 */

const atan2 = defineBuiltin("math.atan2", (y, x) => {
  const second = checkNumber(x, 2);
  return Math.atan2(checkNumber(y, 1), second);
});

/** The same as `math.fmod`. @available 5.1 @manual 7.2 */
const mod = defineBuiltin("math.mod", (x, y) => {
  const second = checkNumber(y, 2);
  return checkNumber(x, 1) % second;
});

const pow = defineBuiltin("math.pow", (x, y) => {
  const second = checkNumber(y, 2);
  return power(checkNumber(x, 1), second);
});

const ldexp = defineBuiltin("math.ldexp", (x, exponent) => {
  const second = checkInteger(exponent, 2);
  return scaleByExponent(checkNumber(x, 1), second | 0);
});

const deg = defineBuiltin("math.deg", (x) => checkNumber(x, 1) / (Math.PI / 180));

const log = defineBuiltin("math.log", (x) => Math.log(checkNumber(x, 1)));

/** A NaN is the largest when it comes first, and passed over else. */
const max = defineBuiltin("math.max", (...values) => {
  let largest = checkNumber(values[0], 1);
  for (let offset = 1; offset < values.length; offset++) {
    const value = checkNumber(values[offset], offset + 1);
    if (value > largest) largest = value;
  }
  return largest;
});

const min = defineBuiltin("math.min", (...values) => {
  let smallest = checkNumber(values[0], 1);
  for (let offset = 1; offset < values.length; offset++) {
    const value = checkNumber(values[offset], offset + 1);
    if (value < smallest) smallest = value;
  }
  return smallest;
});

/** The functions by name; those of random numbers share a generator of their own. */
export function openMath51(): Readonly<Record<string, LuaFunction>> {
  const generator = new GlibcRandom(1);
  return {
    atan2,
    deg,
    fmod: mod,
    ldexp,
    log,
    max,
    min,
    mod,
    pow,
    random: defineBuiltin("math.random", (...values) => {
      const number = (generator.next() % RAND_MAX) / RAND_MAX;
      if (values.length === 0) return number;
      if (values.length > 2) return callerError("wrong number of arguments");
      const [first, last] =
        values.length === 1
          ? [1, checkInteger(values[0], 1) | 0]
          : [checkInteger(values[0], 1) | 0, checkInteger(values[1], 2) | 0];
      if (first > last) return argumentError(values.length, "interval is empty");
      return Math.floor(number * (last - first + 1)) + first;
    }),
    randomseed: defineBuiltin("math.randomseed", (seed) => {
      generator.seed(checkInteger(seed, 1) | 0);
      return NONE;
    }),
  };
}
