import { endOfPucNumeral, parsePucNumeral } from "./pucNumerals.ts";

test.each([
  ["10", 10],
  ["1.5e3", 1500],
  [".5", 0.5],
  ["5.", 5],
  ["0x1F", 31],
  ["0x1p4", 16],
  ["0x0p99999", 0],
  ["1e999", Infinity],
])("%s is %d", (text, value) => {
  expect(parsePucNumeral(text)).toBe(value);
});

test.each(["0x", "0b1", "1ull", "2i", "1e", "1..2", "3x", "0x1g"])("%s is malformed", (text) => {
  expect(parsePucNumeral(text)).toBeUndefined();
});

test("a long malformed one is no work", () => {
  const startMs = performance.now();
  expect(parsePucNumeral(`${"1".repeat(50_000)}x`)).toBeUndefined();
  expect(performance.now() - startMs).toBeLessThan(500);
});

test.each([
  ["12+3", "12"],
  ["1e+5-2", "1e+5"],
  ["3..2 ", "3..2"],
  ["0x1.8", "0x1"],
  ["0xep+1", "0xep"],
  ["5x_y.z", "5x_y"],
])("in %s it is %s that is read", (text, numeral) => {
  expect(text.slice(0, endOfPucNumeral(text, 0))).toBe(numeral);
});
