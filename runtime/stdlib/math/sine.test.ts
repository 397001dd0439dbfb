/** Expected values are what LuaJIT 2.1 gives with glibc, except where a comment says otherwise. */
import { cosine, sine } from "./sine.ts";

/** A number, its sine and its cosine. */
type Row = [x: number, sineOfX: number, cosineOfX: number];

const ANGLES: Row[] = [
  [0.3, 0.29552020666133955, 0.955336489125606],
  [0.7, 0.644217687237691, 0.7648421872844885],
  [1, 0.8414709848078965, 0.5403023058681398],
  [-2, -0.9092974268256817, -0.4161468365471424],
  [3, 0.1411200080598672, -0.9899924966004454],
  [5.5, -0.7055403255703919, 0.70866977429126],
  [-100, 0.5063656411097588, 0.8623188722876839],
  [1000, 0.8268795405320025, 0.5623790762907029],
  [12345.678, -0.7040813137533816, 0.7101193587160628],
  [-823549.5, 0.16384062785356557, 0.9864868213334375],
  [1000000, -0.34999350217129294, 0.9367521275331447],
  [19999999, -0.9561304102484081, -0.29294135692696394],
];

const NEAR_WHOLE_STEPS: Row[] = [
  [1.5707963267948966, 1, 6.123233995736766e-17],
  [3.141592653589793, 1.2246467991473532e-16, -1],
  [6.283185307179586, -2.4492935982947064e-16, 1],
  [-9.42477796076938, -3.6739403974420594e-16, -1],
  [355, -3.014435335948845e-5, -0.999999999545659],
  [833719, 2.3129194164527015e-6, -0.9999999999973253],
  [5419351, -3.8200475070896605e-8, -0.9999999999999992],
  [103993, -1.9129335778423752e-5, 0.9999999998170342],
  [245850922, 6.1180653830011166e-9, -1],
  [0.02454369260617026, 0.024541228522912288, 0.9996988186962042],
  [0.03681553890925539, 0.03680722294135883, 0.9993223845883495],
  [1.5462526341887264, 0.9996988186962042, 0.024541228522912264],
  [1e-5, 9.999999999833334e-6, 0.99999999995],
  [0.000244140625, 0.0002441406225746808, 0.9999999701976777],
  [0.006135923151542565, 0.006135884649154475, 0.9999811752826011],
];

const LARGE: Row[] = [
  [33554431.9, -0.9501307559352209, -0.31185180234522575],
  [33554433, -0.7089002461868653, 0.7053087557631776],
  [100000000, 0.931639027109726, -0.3633850893556905],
  [-1000000000000000, -0.8582727931702359, -0.5131937377869703],
  [1e22, -0.8522008497671888, 0.523214785395139],
  [1.0715086071862673e301, -0.15920170308624243, 0.9872460775989135],
  [-1e300, 0.8178819121159085, -0.5753861119575491],
  [1.7976931348623157e308, 0.004961954789184062, -0.9999876894265599],
  [8.611788017096695e165, -0.7635918004606241, 0.6456992816081665],
];

// First, so that tables are filled from there.
test.each(LARGE)("the large %d", (x, sineOfX, cosineOfX) => {
  expect([sine(x), cosine(x)]).toEqual([sineOfX, cosineOfX]);
  expect([sine(-x), cosine(-x)]).toEqual([-sineOfX, cosineOfX]);
});

test.each(ANGLES)("%d", (x, sineOfX, cosineOfX) => {
  expect([sine(x), cosine(x)]).toEqual([sineOfX, cosineOfX]);
  expect([sine(-x), cosine(-x)]).toEqual([-sineOfX, cosineOfX]);
});

test.each(NEAR_WHOLE_STEPS)("%d, where digits cancel", (x, sineOfX, cosineOfX) => {
  expect([sine(x), cosine(x)]).toEqual([sineOfX, cosineOfX]);
  expect([sine(-x), cosine(-x)]).toEqual([-sineOfX, cosineOfX]);
});

test("the double next to a multiple of half of pi", () => {
  const x = 6381956970095103 * 2 ** 797;
  expect(sine(x)).toBe(1);
  // LuaJIT gives -4.68716592425462e-19; it is -4.6871659242546276111e-19.
  expect(cosine(x)).toBe(-4.687165924254628e-19);
});

test("zero, tiny numbers, infinity and NaN", () => {
  for (const x of [0, -0, 5e-324, -1e-310, 2 ** -1022, -1e-200, 2 ** -28]) {
    expect(sine(x)).toBe(x);
    expect(cosine(x)).toBe(1);
  }
  for (const x of [Infinity, -Infinity, NaN]) {
    expect(sine(x)).toBeNaN();
    expect(cosine(x)).toBeNaN();
  }
});

test("all around the circle, a unit from V8's at most", () => {
  for (let part = -2048; part <= 2048; part++) {
    const x = (part + 0.3) * (Math.PI / 1024);
    expect(Math.abs(sine(x) - Math.sin(x))).toBeLessThanOrEqual(unitOf(sine(x)));
    expect(Math.abs(cosine(x) - Math.cos(x))).toBeLessThanOrEqual(unitOf(cosine(x)));
  }
});

/** The unit in the last place. */
function unitOf(value: number): number {
  return 2 ** (Math.floor(Math.log2(Math.abs(value))) - 52);
}
