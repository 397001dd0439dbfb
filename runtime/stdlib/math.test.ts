/** Expected values are what LuaJIT 2.1 gives for the same calls. */
import { errorOf } from "../core/error.testkit.ts";
import { LuaState } from "../core/state.ts";
import type { LuaTable } from "../core/table.ts";
import type { LuaFunction, LuaValue, Results } from "../core/value.ts";
import type { Host } from "../host.ts";
import { openMath } from "./math.ts";

const state = new LuaState({ host: {} as Host, dialect: "luajit", helpers: {} });
const library = openMath();

function call(name: string, ...values: LuaValue[]): Results {
  return callIn(library, name, ...values);
}

function callIn(table: LuaTable, name: string, ...values: LuaValue[]): Results {
  return state.enter(() => (table.getString(name) as LuaFunction)(...values));
}

describe("random", () => {
  test("gives LuaJIT's sequence for a seed", () => {
    const math = openMath();
    expect(callIn(math, "random")).toBeCloseTo(0.79420629243124, 13);
    callIn(math, "randomseed", 42);
    expect(callIn(math, "random")).toBeCloseTo(0.95607928791821, 13);
    expect(callIn(math, "random", 10)).toBe(1);
    expect(callIn(math, "random", 5, 9)).toBe(7);
  });

  test.each([
    [0, 590104, 1, 4],
    [1, 912723, 1, 4],
    [-1, 421158, 1, 4],
    [1.5, 57594, 1, 3],
    ["7", 677692, 1, 4],
    [2 ** 53, 987442, 1, 2],
    [1e300, 533226, 1, 4],
    [Infinity, 958891, 1, 3],
    [-0.8652559794322651, 216174, 1, 2],
  ])("after the seed %p", (seed, third, fourth, fifth) => {
    const math = openMath();
    callIn(math, "randomseed", seed);
    callIn(math, "random");
    callIn(math, "random");
    expect(callIn(math, "random", 1, 1000000)).toBe(third);
    expect(callIn(math, "random", 0)).toBe(fourth);
    expect(callIn(math, "random", 5, 1)).toBe(fifth);
  });

  test("is apart in each state", () => {
    const [one, other] = [openMath(), openMath()];
    callIn(one, "random");
    expect(callIn(other, "random")).toBeCloseTo(0.79420629243124, 13);
  });

  test("large ranges", () => {
    const math = openMath();
    callIn(math, "randomseed", 1);
    const drawn = [1, 2, 3, 4].map(() => callIn(math, "random", 2 ** 53));
    expect(drawn).toEqual(LARGE_RANGE);
  });
});

/** `math.randomseed(1)`, then four times `math.random(2^53)`. */
const LARGE_RANGE = [2916626256134119, 122618573317327, 8221069918217499, 2690484044129877];

test.each([
  [[1, NaN, 2], 2, 2],
  [[NaN, 1], 1, 1],
  [[2, NaN], NaN, NaN],
  [[0, -0], -0, -0],
  [[-0, 0], 0, 0],
  [["10", 9], 10, 9],
])("max and min of %p", (values, largest, smallest) => {
  expect(call("max", ...values)).toBe(largest);
  expect(call("min", ...values)).toBe(smallest);
});

test("parts of a number", () => {
  expect(call("modf", 5.5)).toEqual([5, 0.5]);
  expect(call("modf", -5)).toEqual([-5, -0]);
  expect(call("modf", -0.5)).toEqual([-0, -0.5]);
  expect(call("modf", -Infinity)).toEqual([-Infinity, -0]);
  expect(call("modf", NaN)).toEqual([NaN, NaN]);
  expect(call("fmod", -5, 3)).toBe(-2);
  expect(call("fmod", 5, 0)).toBeNaN();
  expect(call("floor", -0.5)).toBe(-1);
  expect(call("ceil", -0.5)).toBe(-0);
});

test("fraction and exponent", () => {
  expect(call("frexp", -3)).toEqual([-0.75, 2]);
  expect(call("frexp", 5e-324)).toEqual([0.5, -1073]);
  expect(call("frexp", 1.7e308)).toEqual([0.94565638986556055, 1024]);
  expect(call("frexp", -0)).toEqual([-0, 0]);
  expect(call("frexp", Infinity)).toEqual([Infinity, 0]);
  expect(call("ldexp", 1.5, 2.9)).toBe(6);
  expect(call("ldexp", 5e-324, 2000)).toBe(5.6725193347083399e278);
  expect(call("ldexp", 3, -1075)).toBe(1e-323);
  expect(call("ldexp", 1, 2000)).toBe(Infinity);
  expect(call("ldexp", 5.5, -Infinity)).toBe(0);
});

test("logarithms", () => {
  expect(call("log", 8, 2)).toBe(3);
  expect(call("log", 1000, 10)).toBe(3);
  expect(call("log", 27, 3)).toBe(3.0000000000000004);
  expect(call("log", 5, 1)).toBe(Infinity);
  expect(call("log", 0)).toBe(-Infinity);
  expect(call("log10", 1000)).toBe(3);
});

test("strings that spell numbers are numbers", () => {
  expect(call("sqrt", "0x10")).toBe(4);
  expect(call("deg", "3.141592653589793")).toBe(180);
  expect(call("rad", 180)).toBe(Math.PI);
  expect(library.getString("huge")).toBe(Infinity);
});

test("wrong arguments", () => {
  const fail = (name: string, ...values: LuaValue[]) => errorOf(() => call(name, ...values));
  expect(fail("max")).toBe("bad argument #1 to '?' (number expected, got no value)");
  expect(fail("max", 1, 2, "x")).toBe("bad argument #3 to '?' (number expected, got string)");
  expect(fail("randomseed")).toBe("bad argument #1 to '?' (number expected, got no value)");
  expect(fail("fmod", 1, true)).toBe("bad argument #2 to '?' (number expected, got boolean)");
});
