import { transform } from "esbuild";
import { constantVariables } from "./constantVariables.ts";

test.each([
  ["var a = 1;", "const a = 1;"],
  ["var $a = class {\n  x = 1;\n};", "const $a = class {\n  x = 1;\n};"],
  ["var a = 1;\nfunction f() {\n  return a === 2;\n}", undefined],
  ["var a = {};\na.b = 1;\na[0] = 2;", undefined],
  ["var a = 1;\nvar b = { a: 2 };", undefined],
])("a variable that nobody assigns to becomes a constant: %j", async (code, expected) => {
  const made = await constantVariables(code, { transform });
  if (expected !== undefined) expect(made).toBe(expected);
  expect(made).not.toMatch(/^var /m);
});

test.each([
  "a = 2",
  "a += 2",
  "a -= 2",
  "a **= 2",
  "a <<= 2",
  "a >>>= 2",
  "a ??= 2",
  "a ||= 2",
  "a &&= 2",
  "a++",
  "a--",
  "++a",
  "--a",
  "[a] = [2]",
  "[x.y, a = 3] = [2]",
  "({ a } = { a: 2 })",
  "({ b: a } = { b: 2 })",
  "({ b: { c: a } } = { b: { c: 2 } })",
  "[[a]] = [[2]]",
  "({ ...a } = {})",
  "for (a of [2]) ;",
  "for (a in { b: 1 }) ;",
  "for ([a] of [[2]]) ;",
  "for ({ a } of [{ a: 2 }]) ;",
])("one that is assigned to stays as it is: %s", async (assignment) => {
  const code = `var a = 1;\nvar x = {};\nfunction f() {\n  ${assignment};\n}\n`;
  expect(await constantVariables(code, { transform })).toBe(code.replace("var x", "const x"));
});

test("one that is declared again stays as it is", async () => {
  const code = "var a = 1;\nvar a = 2;\nvar b = 1;\nasync function b() {\n}\n";
  expect(await constantVariables(code, { transform })).toBe(code);
});

test("an assignment to another one of its name makes no difference", async () => {
  const code = "var a = 1;\nfunction f(a) {\n  a = 2;\n}\n";
  expect(await constantVariables(code, { transform })).toBe(code.replace("var", "const"));
});
