import { parse } from "../1-parse/index.ts";
import { SourceText } from "../source.ts";
import { analyze } from "./index.ts";

function requiresOf(text: string): readonly string[] {
  const chunk = parse(new SourceText(text, "@x.lua", "x.lua"), ({ message }) => {
    throw new Error(message);
  });
  if (chunk === undefined) throw new Error("no chunk");
  return analyze(chunk).requires.map(
    ({ name, offset }) => `${name}@${text.slice(offset, offset + name.length + 2)}`,
  );
}

test("finds constant names in every form and everywhere", () => {
  const text = `
    local a = require "a"
    local b = require("b").field
    function f(x) return x and { [require 'c'] = pcall(require, "d") } end
    for _ in require [[e]].pairs() do end
    xpcall(require, debug.traceback, "f")`;
  expect(requiresOf(text)).toEqual(['a@"a"', 'b@"b"', "c@'c'", 'd@"d"', "e@[[e", 'f@"f"']);
});

test("keeps the bytes of a name, and each of several requires", () => {
  expect(requiresOf(`require "\\228.x" require "a" require "a"`)).toEqual([
    '\xe4.x@"\\228',
    'a@"a"',
    'a@"a"',
  ]);
});

test.each([
  ["a name that is computed", `require("a" .. x) require(name) require()`],
  ["another require", `local function require() end require "a" pcall(require, "a")`],
  ["another pcall", `local pcall = print pcall(require, "a")`],
  ["another xpcall", `local xpcall = print xpcall(require, print, "a")`],
  ["a handler", `xpcall(require, "a") pcall(require, print, "a")`],
  ["fields and methods of that name", `x.require "a" x:require "a" pcall(x.require, "a")`],
  ["what is no call", `local r = require print(require, "a")`],
])("passes over %s", (_what, text) => {
  expect(requiresOf(text)).toEqual([]);
});
