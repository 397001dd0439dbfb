/** Expected values are what LuaJIT 2.1 gives with glibc. */
import { exponential } from "./exponential.ts";

// First, so that tables are filled from there.
test("zero, infinity and NaN", () => {
  expect(exponential(Infinity)).toBe(Infinity);
  expect([exponential(0), exponential(-0)]).toEqual([1, 1]);
  expect(exponential(-Infinity)).toBe(0);
  expect(exponential(NaN)).toBeNaN();
});

test.each([
  [1, 2.718281828459045],
  [-1, 0.36787944117144233],
  [0.5, 1.6487212707001282],
  [2, 7.38905609893065],
  [10, 22026.465794806718],
  [-10, 4.5399929762484854e-5],
  [0.1, 1.1051709180756477],
  [-0.001, 0.999000499833375],
  [1e-5, 1.00001000005],
  [100, 2.6881171418161356e43],
  [-100.25, 2.897198083210148e-44],
  [300.7, 3.911566412479153e130],
  [707.99, 2.9932999793505725e307],
  [-707.99, 3.3407944639646856e-308],
  [708, 3.023383144276055e307],
  [-708, 3.307553003638408e-308],
  [709, 8.218407461554972e307],
  [709.78, 1.7928227943945155e308],
  [709.782712893384, 1.7976931348622732e308],
  [709.79, Infinity],
  [-708.5, 2.006132305331306e-308],
  [-720.3, 1.5055136071e-313],
  [-745.1, 5e-324],
  [-745.2, 0],
  [-1e300, 0],
  [1e300, Infinity],
  [0.0027076061740622863, 1.0027112750502025],
  [0.0054152123481245725, 1.0054299011128027],
  [-0.008122818522186858, 0.9919100824251097],
  [0.6931471805599453, 2],
  [5e-324, 1],
  [-1e-300, 1],
  [1.1102230246251565e-16, 1],
  [-5.551115123125783e-17, 1],
])("%d", (x, expected) => {
  expect(exponential(x)).toBe(expected);
});

test("in all entries of the table, a unit from V8's at most", () => {
  for (let part = -1024; part <= 1024; part++) {
    const x = (part + 0.3) * (Math.LN2 / 512);
    const unit = 2 ** (Math.floor(Math.log2(exponential(x))) - 52);
    expect(Math.abs(exponential(x) - Math.exp(x))).toBeLessThanOrEqual(unit);
  }
});
