import { affectedModules } from "./affectedModules.ts";

/** @param modules The files and the dependencies of each module. */
function affected(
  modules: Readonly<Record<string, readonly [files: string[], requires: string[]]>>,
  changed: readonly string[],
  requiredBy: Readonly<Record<string, string[]>> = {},
  names: readonly string[] = [],
): string[] {
  const known = Object.entries(modules).map(([name, [files, requires]]) => {
    const module = { name, files: new Set(files), requires: new Set(requires) };
    return [name, module] as const;
  });
  return [
    ...affectedModules({
      modules: new Map(known) as never,
      names,
      hasChanged: (file) => changed.includes(file),
      requiredBy: (file) => requiredBy[file] ?? [],
    }),
  ].sort();
}

const CHAIN = {
  a: [["a.lua"], []],
  b: [["b.lua"], ["a"]],
  c: [["c.lua"], ["b"]],
  other: [["other.lua"], []],
} as const satisfies Record<string, readonly [string[], string[]]>;

test("all that depend on a change are affected, and no others", () => {
  expect(affected(CHAIN as never, ["a.lua"])).toEqual(["a", "b", "c"]);
  expect(affected(CHAIN as never, ["b.lua"])).toEqual(["b", "c"]);
  expect(affected(CHAIN as never, ["other.lua"])).toEqual(["other"]);
  expect(affected(CHAIN as never, ["nothing.lua"])).toEqual([]);
});

test("circles end", () => {
  expect(affected({ a: [["a.lua"], ["b"]], b: [["b.lua"], ["a"]] }, ["b.lua"])).toEqual(["a", "b"]);
});

test("what a file requires where it has not run yet counts", () => {
  const modules = { a: [["a.lua"], []], late: [["late.lua"], []] } as never;
  expect(affected(modules, ["a.lua"], { "late.lua": ["a"] })).toEqual(["a", "late"]);
});

test("a place where a module was looked for in vain counts", () => {
  expect(affected({ a: [["app/a.lua", "lib/a.lua"], []] }, ["app/a.lua"])).toEqual(["a"]);
});

test("a module that was not found affects those who asked for it", () => {
  expect(affected({ user: [["user.lua"], ["gone"]] }, [], {}, ["gone"])).toEqual(["gone", "user"]);
});
