/** Expected values are what LuaJIT 2.1 gives with glibc, except where a comment says otherwise. */
import { tangent } from "./tangent.ts";

type Row = [x: number, tangentOfX: number];

const LARGE: Row[] = [
  [33554431.9, 3.046738062085684],
  [33554433, -1.0050920825728322],
  [100000000, -2.5637789067283774],
  [-1000000000000000, 1.672414782127583],
  [1e22, -1.6287782256068988],
  [1.0715086071862673e301, -0.16125837995065806],
  [-1e300, -1.4214488238747245],
  [1.7976931348623157e308, -0.004962015874444895],
  [8.611788017096695e165, -1.1825811522646221],
];

const ANGLES: Row[] = [
  [0.3, 0.30933624960962325],
  [0.7, 0.8422883804630794],
  [1, 1.5574077246549023],
  [-2, 2.185039863261519],
  [3, -0.1425465430742778],
  [5.5, -0.995584052213885],
  [-100, 0.5872139151569291],
  [1000, 1.4703241557027185],
  [12345.678, -0.9914971407432149],
  [-823549.5, 0.16608496364107697],
  [1000000, -0.373624453987599],
  [19999999, 3.263896980195904],
];

const NEAR_WHOLE_STEPS: Row[] = [
  [1.5707963267948966, 1.633123935319537e16],
  [3.141592653589793, -1.2246467991473532e-16],
  [6.283185307179586, -2.4492935982947064e-16],
  [355, 3.0144353373184265e-5],
  [833719, -2.312919416458888e-6],
  [5419351, 3.820047507089663e-8],
  [103993, -1.9129335781923763e-5],
  [245850922, -6.1180653830011166e-9],
  [0.02454369260617026, 0.024548622108925444],
  [0.03681553890925539, 0.036832180994845636],
  [1.5462526341887264, 40.73548387208334],
  [1e-5, 1.0000000000333334e-5],
  [0.000244140625, 0.0002441406298506385],
  [0.006135923151542565, 0.006136000157623402],
];

// First, so that tables are filled from there.
test.each(LARGE)("the large %d", (x, tangentOfX) => {
  expect(tangent(x)).toBe(tangentOfX);
  expect(tangent(-x)).toBe(-tangentOfX);
});

test.each(ANGLES)("%d", (x, tangentOfX) => {
  expect(tangent(x)).toBe(tangentOfX);
  expect(tangent(-x)).toBe(-tangentOfX);
});

test.each(NEAR_WHOLE_STEPS)("%d, where digits cancel", (x, tangentOfX) => {
  expect(tangent(x)).toBe(tangentOfX);
  expect(tangent(-x)).toBe(-tangentOfX);
});

test("where LuaJIT is off", () => {
  // LuaJIT gives 3.67394039744206e-16 and -2.1334853857537075e18.
  expect(tangent(-3 * Math.PI)).toBe(3.6739403974420594e-16);
  expect(tangent(6381956970095103 * 2 ** 797)).toBe(-2.133485385753704e18);
});

test("zero, tiny numbers, infinity and NaN", () => {
  for (const x of [0, -0, 5e-324, -1e-310, 2 ** -1022, -1e-200, 2 ** -28]) {
    expect(tangent(x)).toBe(x);
  }
  for (const x of [Infinity, -Infinity, NaN]) expect(tangent(x)).toBeNaN();
});

test("all around the circle, a unit from V8's at most", () => {
  for (let part = -2048; part <= 2048; part++) {
    const x = (part + 0.3) * (Math.PI / 1024);
    const unit = 2 ** (Math.floor(Math.log2(Math.abs(tangent(x)))) - 52);
    expect(Math.abs(tangent(x) - Math.tan(x))).toBeLessThanOrEqual(unit);
  }
});
