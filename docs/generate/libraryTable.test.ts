import { Project } from "ts-morph";
import { findLibraries } from "./libraries.ts";
import {
  argumentCounts,
  libraryTable,
  moduleNamesIn,
  modulesAmong,
  stringsOf,
} from "./libraryTable.ts";

function sourceFile(text: string) {
  return new Project({ useInMemoryFileSystem: true }).createSourceFile("/index.ts", text);
}

test.each([
  ["()", 0, 0],
  ["(x, y)", 2, 2],
  ["(...)", 0, undefined],
  ["(callee, ...)", 1, undefined],
  ["(list [, separator [, from [, to]]])", 1, 4],
  ["(list, [position,] value)", 2, 3],
  ["([coroutine,] [message [, level]])", 0, 3],
  ["(condition [, message, ...])", 1, undefined],
])("%s needs %j and takes %j arguments", (signature, minimum, maximum) => {
  expect(argumentCounts(signature)).toEqual({ minimum, maximum });
});

test("functions become rows; methods, and what has no signature, can't be checked", () => {
  const standard = findLibraries([
    sourceFile(`
      defineLibrary("", { print: (...values) => 1 });
      defineLibrary("file", { read: (self) => 1 });
      defineLibrary("debug", { debug: unsupported("debug") });
      /** Packs. @available openresty */
      const pack = defineBuiltin("table.pack", (...values) => values);
      /** Says that it is obsolete. @available 5.1 */
      const setn = defineBuiltin("table.setn", (list) => 1);`),
  ]);
  const table = libraryTable({
    standard,
    modules: new Map(),
    moduleNames: ["a", "b.c"],
    absentIn51: ["table.move"],
    notOffered: { modules: [], functions: [] },
  });
  const rows = table.split("\n").filter((line) => line.startsWith('"'));
  expect(rows).toEqual([
    '"print": { signature: "(...)", minimum: 0, maximum: undefined },',
    '"table.pack": { signature: "(...)", minimum: 0, maximum: undefined, isOpenrestyOnly: true },',
    '"table.setn": { signature: "(list)", minimum: 1, maximum: 1, isPuc51Only: true },',
    '"a",',
    '"b.c",',
    '"table.move",',
  ]);
});

test("a function may be what a module gives", () => {
  const text = `/** Clears. @available after require "table.clear" */
    const clear = defineBuiltin("table.clear", (list) => 1);`;
  expect(modulesAmong(findLibraries([sourceFile(text)]))).toEqual(["table.clear"]);
});

test("a list is what its constant has", () => {
  const file = sourceFile('export const names = ["a", "b.c"] as const; const others = ["d"];');
  expect(stringsOf(file, "names")).toEqual(["a", "b.c"]);
});

test("the modules written in TypeScript are the keys of their map", () => {
  const index = sourceFile(
    'const moduleOpeners: ReadonlyMap<string, O> = new Map([["a", x], ["b.c", y]]);',
  );
  expect(moduleNamesIn(index)).toEqual(["a", "b.c"]);
});
