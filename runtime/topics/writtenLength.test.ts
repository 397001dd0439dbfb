import { writtenLength } from "./writtenLength.ts";

test.each([
  ['{"a":[1,2.5],"b":null}', 22],
  ["1e5", 8],
  ["[1E+20,-2.5e-30]", 66],
  ["1e999999999999", 1_000_000_000_013],
  ['"4e99999"', 9],
  ['{"a\\"1e9":"\\\\","b":1e7}', 30],
])("%s", (json, length) => {
  expect(writtenLength(json)).toBe(length);
});

test("what is no JSON has a length, too", () => {
  for (const text of ['"', '"\\', '1e5"a', ""]) expect(writtenLength(text)).toBeLessThan(20);
});

test("long texts take no long time", () => {
  const text = `"${"4e99 \\\\".repeat(500_000)}"`;
  expect(writtenLength(text)).toBe(text.length);
});
