import { printable, printableJson, shorten } from "./printable.ts";

test.each([
  ["plain ä \u{1f600}", "plain ä \u{1f600}"],
  ["two\nlines\t", "two\\nlines\\t"],
  ["\u001b[31mred\u009b0m\u007f", "\\u001b[31mred\\u009b0m\\u007f"],
  ["a\u2028b\u202ec", "a\\u2028b\\u202ec"],
  ["\ufeffa\u200bb\u200e\u200f", "\\ufeffa\\u200bb\\u200e\\u200f"],
])("%j", (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test("JSON text on one line", () => {
  expect(printableJson('{\n  "a": "b\\n\u0085"\r\n}')).toBe('{ "a": "b\\n\\u0085" }');
});

test("long texts are cut", () => {
  expect(shorten("abc", 3)).toBe("abc");
  expect(shorten("\u{1f600}\u{1f600}\u{1f600}", 2)).toBe("\u{1f600}…");
});
