/** Expected results are what C's `printf` gives. */
import { toExponentialHalfEven, toFixedHalfEven, toPrecisionHalfEven } from "./halfEven.ts";

test.each([
  [0.5, 0, "0"],
  [1.5, 0, "2"],
  [2.5, 0, "2"],
  [0.125, 2, "0.12"],
  [0.375, 2, "0.38"],
  [2.675, 2, "2.67"],
  [0.25, 1, "0.2"],
  [9.5, 0, "10"],
  [2 ** -21, 20, "0.00000047683715820312"],
])("%d with %d decimals", (value, decimals, text) => {
  expect(toFixedHalfEven(value, decimals)).toBe(text);
});

test("other notations", () => {
  expect(toExponentialHalfEven(25, 0)).toBe("2e+1");
  expect(toExponentialHalfEven(1.25, 1)).toBe("1.2e+0");
  expect(toPrecisionHalfEven(100000000000005, 14)).toBe("1.0000000000000e+14");
  expect(toPrecisionHalfEven(12345678901234.5, 14)).toBe("12345678901234");
  expect(toPrecisionHalfEven(0.125, 2)).toBe("0.12");
  expect(toPrecisionHalfEven(0.1, 14)).toBe((0.1).toPrecision(14));
});
