import { SourceText } from "../source.ts";
import { examineUse } from "./examineUse.ts";

const useOf = (text: string, isGatewayFile = false) => {
  const source = new SourceText(text, "@x.lua", "x.lua");
  const use = examineUse(source, { isLua52Compatible: true, isGatewayFile });
  if (use === undefined) throw new Error("it does not compile");
  return use;
};

const names = (places: readonly { readonly name: string }[]) => places.map(({ name }) => name);

test("modules are those that are required by constant names, by whatever name of require", () => {
  const use = useOf(`
    local r, flow = require, require "flow"
    r("a.b")
    pcall(require, "c")
    xpcall(r, print, "d")
    return function() return require"e" end`);
  expect(names(use.modules)).toEqual(["flow", "a.b", "c", "d", "e"]);
  expect(use.unknown).toEqual([]);
  const required = use.modules.filter(({ span }) => use.requiredAt.includes(span.start));
  expect(names(required)).toEqual(["flow", "a.b", "e"]);
});

test("computed names are told with what they begin with", () => {
  const text = `require("handlers." .. name)
    require(("a" .. "b") .. c)
    pcall(require, x)
    run(require)
    require "flow".call(name)
    require "flow".all { { "f" }, { g }, "no call" }
    require "flow".all(list)`;
  const { unknown, functions } = useOf(text);
  expect(unknown.map(({ kind, prefix }) => `${kind} ${prefix}`)).toEqual([
    "module handlers.",
    "module ab",
    "module ",
    "module ",
    "function ",
    "function ",
    "function ",
    "function ",
  ]);
  expect(text.slice(unknown[0]?.span.start, unknown[0]?.span.end)).toBe('"handlers." .. name');
  expect(names(functions)).toEqual(["f"]);
});

test("functions are those that flow calls, by whatever name of it", () => {
  const use = useOf(`local flow = require "flow"
    local call = flow.call
    call("a", {})
    flow["call"]("b")
    flow.all({ { "c", 1 }, { "d" } })
    other.call("e")`);
  expect(names(use.functions)).toEqual(["a", "b", "c", "d"]);
});

test("globals of libraries are told with their fields, wherever they are reached without detours", () => {
  const use = useOf(`local s, string = string, {}
    os.time() _G.io.write(_G["math"].pi) print(string.len) own.x = table`);
  expect(names(use.globals)).toEqual(["string", "os.time", "io", "math", "print", "table"]);
  expect(use.anyGlobalAt).toBeUndefined();
});

test("each place of a global is told", () => {
  const { globals } = useOf("print(os.time, os.time()) print()");
  expect(globals).toEqual([
    { name: "print", places: [0, 5, 26, 31] },
    { name: "os.time", places: [6, 13, 15, 22] },
  ]);
});

test.each([
  "_G[x]()",
  "for k in pairs(_G) do end",
  "setfenv(1, {})",
  "return package.loaded[x]",
  'return loadstring("x")',
  "return _G.load",
  "return debug.getregistry()",
  "return package",
])("any global may be reached by %s", (text) => {
  expect(useOf(text).anyGlobalAt).toBeDefined();
});

test.each(["return debug.traceback()", "package.path = 1", "local _G = {} return _G[x]"])(
  "not so by %s",
  (text) => {
    expect(useOf(text).anyGlobalAt).toBeUndefined();
  },
);

test.each([
  ["return x:upper()", true],
  ["return x.gsub", true],
  ["return x[y]", true],
  ["return getmetatable(x)", true],
  ["return x:other(), x.y[1]", false],
])("functions of strings: %s: %s", (text, expected) => {
  expect(useOf(text).usesStringMethods).toBe(expected);
});

test("routes name functions and hooks; what is computed is told", () => {
  const rows = `local rows = {
    { "GET", "/a", "a", before = "auth", after = { "log", "count" } },
    { "GET", "/b", "b" },
  }
  return rows`;
  expect(names(useOf(rows, true).routes)).toEqual(["a", "auth", "log", "count", "b"]);
  expect(useOf(rows, true).computedRouteAt).toBeUndefined();
  expect(useOf('return { { "GET", "/", name } }', true).computedRouteAt).toBeDefined();
  expect(useOf("return makeRoutes()", true).computedRouteAt).toBeDefined();
  expect(useOf("return makeRoutes()").computedRouteAt).toBeUndefined();
});

test.each([
  ['return debug.getinfo(1, "Sl").currentline, debug.traceback("x")', false],
  ["return debug.getinfo(1)", true],
  ['return debug.getinfo(f, "S")', true],
  ["return debug.getlocal(1, 1)", true],
  ["local d = debug return d", true],
])("what only a source can tell: %s: %s", (text, expected) => {
  expect(useOf(text).readsDebugInfo).toBe(expected);
});

test("functions that make code are mentioned in any way", () => {
  expect(useOf('return load, x.dofile, y:dump(), "loadstring"').mentioned).toEqual([
    "dofile",
    "dump",
    "load",
    "loadstring",
  ]);
  expect(useOf("return reload, downloads").mentioned).toEqual([]);
});
