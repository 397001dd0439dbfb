/** What `CompiledOutput.describe` tells of a module. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { compile, SourceText, type DescribedOutput } from "./index.ts";

function describeText(text: string): DescribedOutput {
  const { output } = compile(new SourceText(text, "@main.lua", "main.lua"));
  if (output === undefined) throw new Error("the source has errors");
  return output.describe();
}

const namesOf = (text: string): string[] =>
  describeText(text)
    .functions.slice(1)
    .map(({ name }) => name);

test("functions are called what the source calls them", () => {
  expect(namesOf("local function f() end")).toEqual(["f"]);
  expect(namesOf("function M.create() end function obj.part:method() end")).toEqual([
    "M.create",
    "obj.part:method",
  ]);
  expect(namesOf("local f, g = function() end, function() end")).toEqual(["f", "g"]);
  expect(namesOf("a.b['c'] = function() end a[i] = function() end")).toEqual([
    "a.b.c",
    "anonymous",
  ]);
  expect(namesOf("local M = { list = { sort = function() end } }")).toEqual(["M.list.sort"]);
  expect(namesOf("return { get = function() end, function() end }")).toEqual(["get", "anonymous"]);
  expect(namesOf("f(function() return function() end end)")).toEqual(["anonymous", "anonymous"]);
});

test("functions are known by what JavaScript calls them as well", () => {
  const text =
    "local f = function() end function M.new() end\nlocal function class() end ä = function() end";
  const { functions } = describeText(Buffer.from(text).toString("latin1"));
  expect(functions.map(({ emittedName }) => emittedName)).toEqual([
    "main",
    "anonymous$1",
    "M_new",
    "class$",
    "anonymous$2",
  ]);
});

test("a boxed variable, with who assigns to it and who shares it", () => {
  const text = [
    "local count = 0",
    "local function up(step)",
    "  count = count + step",
    "end",
    "function reset() count = 0 end",
    "return function() up(1) end",
  ].join("\n");
  const { functions } = describeText(text);
  expect(functions[0]?.boxed).toMatchObject([
    { name: "count", line: 1, reassignedAt: [3, 5], capturedBy: [1, 2] },
  ]);
  const places = functions[0]?.boxed[0]?.places ?? [];
  expect(places.map(({ start, end }) => text.slice(start, end))).toEqual(Array(4).fill("count"));
  expect(new Set(places.map(({ start }) => start)).size).toBe(4);
  expect(functions[1]).toMatchObject({
    name: "up",
    parent: 0,
    parameters: ["step"],
    captures: [{ name: "count", isBoxed: true }],
    exits: 1,
    helpers: ["NONE", "add"],
    globals: [],
  });
  expect(functions[3]).toMatchObject({ name: "anonymous", captures: [{ name: "up" }] });
});

test("globals are those that functions use", () => {
  const { globals, functions } = describeText("function f() return print end x = y");
  expect(globals).toEqual(["f", "print", "x", "y"]);
  expect(functions[1]?.globals).toEqual(["print"]);
});

/** One in four of the language cases: each is compiled several times. */
function fixtureSources(): string[] {
  const root = resolve(__dirname, "../fixtures/language");
  return readdirSync(root, { recursive: true, encoding: "latin1" })
    .filter((path) => path.endsWith(".lua"))
    .filter((_, index) => index % 4 === 0)
    .map((path) => readFileSync(join(root, path), "latin1"));
}

test("but for its marks, marked code is the code", () => {
  const withoutMarks = (code: string): string => code.replaceAll(/^ *\/\/ @\d+\n/gm, "");
  let compared = 0;
  for (const text of fixtureSources()) {
    const { output } = compile(new SourceText(text, "@main.lua", "main.lua"));
    if (output === undefined) continue;
    const description = output.describe();
    const marked = description.marked();
    expect(withoutMarks(marked.code)).toBe(output.code);
    expect(withoutMarks(description.markedResume().code)).toBe(output.resumeScript(true).code);
    if (marked.code !== output.code) compared++;
  }
  expect(compared).toBeGreaterThan(100);
});
