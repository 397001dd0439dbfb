import { Project } from "ts-morph";
import { findLibraries } from "./libraries.ts";

function librariesOf(text: string) {
  const project = new Project({ useInMemoryFileSystem: true });
  project.createSourceFile(
    "/lists.ts",
    '/** Picks. */\nexport const select = defineBuiltin("select", (nValue, ...values) => 1);',
  );
  return findLibraries([project.createSourceFile("/index.ts", text)]);
}

test("functions are grouped by library and ordered by name", () => {
  const libraries = librariesOf(`
    const b = defineLibrary("b", { y: () => 1, x: () => 1 });
    const a = defineLibrary("", { print: () => 1 });
    const more = defineLibrary("b", { w: () => 1 });`);
  const names = [...libraries].map(([name, functions]) => [
    name,
    functions.map((each) => each.name),
  ]);
  expect(names).toEqual([
    ["", ["print"]],
    ["b", ["b.w", "b.x", "b.y"]],
  ]);
});

test("a function that another file declares brings its comment along", () => {
  const libraries = librariesOf(
    `import { select } from "./lists"; defineLibrary("", { select, pick: select });`,
  );
  const [pick, select] = libraries.get("") ?? [];
  expect(pick?.name).toBe("pick");
  for (const found of [pick, select]) {
    expect(found?.signature).toBe("(n, ...)");
    expect(found?.comment?.description).toBe("Picks.");
  }
});

test("what is not there yet says so, by what it is made of", () => {
  const libraries = librariesOf('defineLibrary("debug", { debug: unsupported("debug"), f: g() });');
  const rows = libraries.get("debug")?.map(({ name, isSupported }) => [name, isSupported]);
  expect(rows).toEqual([
    ["debug.debug", false],
    ["debug.f", true],
  ]);
});

test("a function may return functions of a library", () => {
  const libraries = librariesOf(`
    /** Settings. @library cjson */
    function settings() { return { /* plain */ depth: (n) => 1 }; }
    function others() { return { other: (n) => 1 }; }`);
  expect([...libraries.values()].flat().map(({ name }) => name)).toEqual(["cjson.depth"]);
});

test("other builtins are listed when they say when they are available", () => {
  const libraries = librariesOf(`
    /** Packs. @available in openresty */
    const pack = defineBuiltin("table.pack", (...values) => values);
    /** Steps. */
    const step = defineBuiltin("ipairs_aux", () => 1);`);
  expect([...libraries.keys()]).toEqual(["table"]);
  expect(libraries.get("table")?.[0]?.comment?.tags.get("available")).toEqual(["in openresty"]);
});

describe("signatures", () => {
  const signatureOf = (builtin: string) =>
    librariesOf(`defineLibrary("a", { f: ${builtin} });`).get("a")?.[0]?.signature;

  test.each([
    ["() => 1", "()"],
    ["(x, y) => x", "(x, y)"],
    ["(...values) => values", "(...)"],
    [
      "(list, from, to) => [optionalInteger(from, 2, 1), optionalInteger(to, 3, 9)]",
      "(list [, from [, to]])",
    ],
    ["(path) => (path === undefined ? 1 : 2)", "([path])"],
    ["(...values) => { const [list, at, ...rest] = values; return rest; }", "(list, at, ...)"],
  ])("%s is called as f%s", (builtin, signature) => {
    expect(signatureOf(builtin)).toBe(signature);
  });

  test("a function whose first parameter is self is a method", () => {
    const libraries = librariesOf(`defineLibrary("file", {
      flush: (self) => 1,
      read: (self, ...formats) => 1,
      seek: (self, whence) => optionalString(whence, 1, ""),
    });`);
    expect(libraries.get("file")?.map((each) => each.name + each.signature)).toEqual([
      "file:flush()",
      "file:read(...)",
      "file:seek([whence])",
    ]);
  });

  test("the tag wins", () => {
    const libraries = librariesOf(
      `defineLibrary("a", {
        /** Adds. @signature (list, [at,] value) */
        f: (...values) => 1,
      });`,
    );
    expect(libraries.get("a")?.[0]?.signature).toBe("(list, [at,] value)");
  });
});
