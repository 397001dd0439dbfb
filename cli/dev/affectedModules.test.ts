import { affectedModules } from "./affectedModules.ts";

type Modules = Readonly<Record<string, readonly [files: string[], requires: string[]]>>;

function affected(
  modules: Modules,
  changed: readonly string[],
  mentions: Readonly<Record<string, string[]>> = {},
  names: readonly string[] = [],
): string[] {
  const known = Object.entries(modules).map(
    ([name, [files, requires]]) =>
      [name, { files, requires: new Set(requires), mentions: mentions[name] ?? [] }] as const,
  );
  return [...affectedModules(new Map(known), new Set(changed), names)].sort();
}

const CHAIN: Modules = {
  a: [["a.lua"], []],
  b: [["b.lua"], ["a"]],
  c: [["c.lua"], ["b"]],
  other: [["other.lua"], []],
};

test("all that depend on a change are affected, and no others", () => {
  expect(affected(CHAIN, ["a.lua"])).toEqual(["a", "b", "c"]);
  expect(affected(CHAIN, ["b.lua"])).toEqual(["b", "c"]);
  expect(affected(CHAIN, ["other.lua"])).toEqual(["other"]);
  expect(affected(CHAIN, ["nothing.lua"])).toEqual([]);
});

test("a long chain against the order of loading is followed to its end", () => {
  const names = Array.from({ length: 30 }, (_, index) => `m${String(index)}`);
  const modules = names.map((name, index) => [name, [[`${name}.lua`], [`m${String(index + 1)}`]]]);
  expect(affected(Object.fromEntries(modules) as Modules, ["m29.lua"])).toEqual(names.sort());
});

test("circles end", () => {
  expect(affected({ a: [["a.lua"], ["b"]], b: [["b.lua"], ["a"]] }, ["b.lua"])).toEqual(["a", "b"]);
});

test("what a file requires where it has not run yet counts", () => {
  const modules: Modules = { a: [["a.lua"], []], late: [["late.lua"], []] };
  expect(affected(modules, ["a.lua"], { late: ["a"] })).toEqual(["a", "late"]);
});

test("a place where a module was looked for in vain counts", () => {
  expect(affected({ a: [["app/a.lua", "lib/a.lua"], []] }, ["app/a.lua"])).toEqual(["a"]);
});

test("a module that was not found affects those who asked for it", () => {
  expect(affected({ user: [["user.lua"], ["gone"]] }, [], {}, ["gone"])).toEqual(["gone", "user"]);
});
