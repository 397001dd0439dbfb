/** Expected values are what LuaJIT 2.1 gives, except where a comment says otherwise. */
import { power } from "./power.ts";

test("whole powers are rounded correctly", () => {
  expect(power(10, -4)).toBe(1e-4);
  expect(power(10, -5)).toBe(1e-5);
  expect(power(10, 165)).toBe(1e165);
  expect(power(7, 22)).toBe(3.9098210485829883e18);
  expect(power(-43.267871917622955, -16)).toBe(6.6275258923913282e-27);
  expect(power(1.0000001, 1000)).toBe(1.0001000049952247);
  expect(power(-3, 5)).toBe(-243);
  expect(power(2, -2)).toBe(0.25);
  // LuaJIT gives 1.0000000000000001e+23; glibc rounds the wrong way in such near ties.
  expect(power(10, 23)).toBe(1e23);
});

test("results near the limits of a double", () => {
  expect(power(10, 308)).toBe(1e308);
  expect(power(10, 309)).toBe(Infinity);
  expect(power(2, 1023)).toBe(2 ** 1023);
  expect(power(2, -1074)).toBe(5e-324);
  expect(power(2, -1075)).toBe(0);
});

test("fractions as exponents", () => {
  expect(power(2, 0.5)).toBe(1.4142135623730951);
  expect(power(-0.0, 0.5)).toBe(0);
  expect(power(-8, 1 / 3)).toBeNaN();
});

test("zero, infinity and NaN", () => {
  expect([power(0, -1), power(-0, -1), power(-0, -2)]).toEqual([Infinity, -Infinity, Infinity]);
  expect([power(0, 0), power(NaN, 0), power(1, NaN)]).toEqual([1, 1, 1]);
  expect([power(1, Infinity), power(-1, Infinity), power(-1, -Infinity)]).toEqual([1, 1, 1]);
  expect([power(Infinity, -1), power(-Infinity, 3), power(0.5, Infinity)]).toEqual([
    0,
    -Infinity,
    0,
  ]);
  expect(power(NaN, 1)).toBeNaN();
  // Infinity is even.
  expect([power(-2.5, Infinity), power(-2.5, -Infinity)]).toEqual([Infinity, 0]);
  expect([power(-0.5, Infinity), power(-0.5, -Infinity)]).toEqual([0, Infinity]);
});
