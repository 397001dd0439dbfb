import { resolve } from "node:path";
import { build, transform } from "esbuild";
import { constantVariables } from "./constantVariables.ts";

test.each([
  ["var a = 1;", "const a = 1;"],
  ["var $a = class {\n  x = 1;\n};", "const $a = class {\n  x = 1;\n};"],
  ["var a = 1;\nfunction f() {\n  return a === 2;\n}", undefined],
  ["var a = {};\na.b = 1;\na[0] = 2;", undefined],
  ["var a = 1;\nvar b = { a: 2 };", undefined],
])("a variable that nobody assigns to becomes a constant: %j", (code, expected) => {
  const made = constantVariables(code);
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
])("one that is assigned to stays as it is: %s", (assignment) => {
  const code = `var a = 1;\nvar x = {};\nfunction f() {\n  ${assignment};\n}\n`;
  expect(constantVariables(code)).toBe(code.replace("var x", "const x"));
});

test("one that is declared again stays as it is", () => {
  const code = "var a = 1;\nvar a = 2;\nvar b = 1;\nasync function b() {\n}\n";
  expect(constantVariables(code)).toBe(code);
});

test.each([
  "var a = 1;\nfunction f() {\n  const a = 2;\n  let b, c = { a };\n}\n",
  "var a = 1;\nvar C = class {\n  a = 2;\n  #a = 3;\n};\n",
  "var a = 1;\nfunction f(x) {\n  x.a = a;\n  x[a] = 2;\n  x[a[0]]++;\n}\n",
  "var a = 1;\nfunction f() {\n  const { a, b } = g(a);\n  let [c] = a;\n}\n",
  "var a = 1;\nfunction f({ b = a.b, c } = {}) {\n  const {\n    a\n  } = b;\n}\n",
  "var a = 1;\nfunction f() {\n  return a == 1 || a <= 2 || a >= 3 || a != 4 || (() => a);\n}\n",
  "var a = 1;\nfunction f() {\n  for (const a of b) ;\n}\n",
])("what only looks like an assignment is none: %j", (code) => {
  expect(constantVariables(code)).toContain("const a = 1;");
});

test("a pattern may have several lines, and what hides brackets", () => {
  const code =
    'var a = 1;\nvar b = 1;\nfunction f() {\n  ({\n    x,\n    a\n  } = x);\n  [x["]"], b] = x;\n}\n';
  expect(constantVariables(code)).toBe(code);
});

test.each([
  "[\n    x,\n    a\n  ] = x;",
  "[{\n    x,\n    a\n  }, x] = x;",
  "[{\n    a\n  }, {\n    x\n  }] = x;",
  "for ({\n    a\n  } of x) ;",
  'if (x === "class") {\n    a = 2;\n  }',
])("an assignment that is easily overlooked is seen: %j", (assignment) => {
  const code = `var a = 1;\nfunction f(x) {\n  ${assignment}\n}\n`;
  expect(constantVariables(code)).toBe(code);
});

test("in all that bundles are made of, it finds what esbuild knows, and hardly more", async () => {
  const root = resolve(__dirname, "../..");
  const contents = ["cli/bundled/server", "cli/bundled/compiler", "runtime/helpers/index"]
    .map((name) => `export * from "./${name}.ts";`)
    .concat('export * from "yaml";')
    .join("\n");
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: "ts" },
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["pg-native", "pg-cloudflare"],
    write: false,
    logLevel: "silent",
  });
  const code = outputFiles[0]?.text ?? "";
  const constants = (made: string) =>
    [...made.matchAll(/^const ([\w$]+) = /gm)].map(([, name]) => name);
  const all = code.replaceAll(/^var ([\w$]+) = /gm, "const $1 = ");
  const { warnings } = await transform(all, { logLevel: "silent", logLimit: 0 });
  const assigned = new Set(
    warnings
      .filter(({ id }) => id === "assign-to-constant")
      .map(({ text }) => /"(.+)"/.exec(text)?.[1]),
  );
  const found = constants(constantVariables(code));
  expect(assigned.size).toBeGreaterThan(5);
  expect(found.filter((name) => assigned.has(name))).toEqual([]);
  expect(found.length).toBeGreaterThan(0.95 * (constants(all).length - assigned.size));
});
