/** Expected results are what LuaJIT 2.1 prints for `print(pcall(f, ...))`. */
import { EMPTY_ARRAY, JSON_NULL } from "../json/index.ts";
import { LuaTable } from "../core/table.ts";
import { LuaUserdata } from "../core/userdata.ts";
import type { LuaFunction, LuaValue } from "../core/value.ts";
import { createTestState } from "./base/state.testkit.ts";
import { openDebug } from "./debug.ts";
import { parseEmittedHeader } from "./debug/functionInfo.ts";

const { state, protect, call: callBase } = createTestState();
const library = openDebug(state);
const call = (name: string, ...values: LuaValue[]) => protect(library.getString(name), ...values);

/** The fields that `getinfo` gives, as a plain object. */
function info(...values: LuaValue[]): Record<string, LuaValue> {
  const [isFine, table] = call("getinfo", ...values);
  expect(isFine).toBe(true);
  const fields: Record<string, LuaValue> = {};
  const names = "source short_src what currentline linedefined lastlinedefined name namewhat";
  for (const name of `${names} nparams isvararg nups func`.split(" ")) {
    const value = (table as LuaTable).getString(name);
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}

/** A function with the text that the compiler gives to one. */
function emitted(text: string): LuaFunction {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the test's own code
  const make = new Function(`return ${text}`) as () => LuaFunction;
  return make();
}

describe("getinfo", () => {
  const builtin = {
    source: "=[C]",
    short_src: "[C]",
    what: "C",
    currentline: -1,
    linedefined: -1,
    lastlinedefined: -1,
    namewhat: "",
    nparams: 0,
    isvararg: true,
    nups: 0,
  };

  test("of a builtin, by value and by level", () => {
    const print = state.globals.getString("print") as LuaFunction;
    expect(info(print)).toEqual({ ...builtin, func: print });
    expect(info(0)).toEqual(builtin);
    const { func, ...ofLevel } = info("1");
    expect(ofLevel).toEqual(builtin);
    expect(func).toBe(state.globals.getString("pcall"));
  });

  test("of a compiled function reads the comment it begins with", () => {
    const callee = emitted("function name$1(a, b, ...$va) {\n  // app/x.lua:3-9\n  return a;\n}");
    expect(info(callee)).toEqual({
      source: "@app/x.lua",
      short_src: "app/x.lua",
      what: "Lua",
      currentline: -1,
      linedefined: 3,
      lastlinedefined: 9,
      namewhat: "",
      nparams: 2,
      isvararg: true,
      func: callee,
    });
  });

  test.each([
    ["app/x.lua", "@app/x.lua"],
    ["[builtin luaunit]", "=[builtin luaunit]"],
    ["(load)", "=(load)"],
    ['[string "return 1"]', "return 1"],
  ])("of a function in %s tells its source", (short, source) => {
    expect(info(emitted(`function f() {\n  // ${short}:1-2\n}`), "S")).toMatchObject({
      source,
      short_src: short,
    });
  });

  test("of a loaded chunk", () => {
    const [, chunk] = callBase("load", "return () => 1", "@some/file.lua");
    expect(info(chunk, "S")).toEqual({
      source: "@some/file.lua",
      short_src: "some/file.lua",
      what: "main",
      linedefined: 0,
      lastlinedefined: 0,
    });
  });

  test("gives what is asked for", () => {
    const print = state.globals.getString("print");
    expect(info(print, "l")).toEqual({ currentline: -1 });
    expect(info(print, "f")).toEqual({ func: print });
    expect(info(print, "n")).toEqual({ namewhat: "" });
    expect(info(print, "")).toEqual({});
  });

  test("checks its arguments", () => {
    const print = state.globals.getString("print");
    expect(call("getinfo", 50)).toEqual([true, undefined]);
    expect(call("getinfo", -1)).toEqual([true, undefined]);
    const expected = [false, "bad argument #1 to '?' (function or level expected)"];
    expect(call("getinfo")).toEqual(expected);
    expect(call("getinfo", "x")).toEqual(expected);
    expect(call("getinfo", new LuaTable())).toEqual(expected);
    expect(call("getinfo", print, "X")).toEqual([false, "bad argument #2 to '?' (invalid option)"]);
    expect(call("getinfo", print, ">S")).toEqual([
      false,
      "bad argument #2 to '?' (invalid option)",
    ]);
    expect(call("getinfo", 1, new LuaTable())).toEqual([
      false,
      "bad argument #2 to '?' (string expected, got table)",
    ]);
    const [isFine, lines] = call("getinfo", print, "L");
    expect([isFine, (lines as LuaTable).getString("activelines")]).toEqual([true, undefined]);
  });
});

test.each([
  ["function $1() {\n  // a.lua:1-1\n}", { shortSource: "a.lua", parameterCount: 0 }],
  ["function f(a) { // a.lua:1-20\n}", { shortSource: "a.lua", parameterCount: 1 }],
  ["function f(a, ...$va) {\n  // a:3-4:5-6\n}", { shortSource: "a:3-4", isVararg: true }],
  ['function f(a) {\n  // [string "x // y:1-2"]:7-8\n}', { firstLine: 7, lastLine: 8 }],
])("header %j", (text, header) => {
  expect(parseEmittedHeader(text)).toMatchObject(header);
});

test.each([
  "() => 1",
  "function f() {\n  return 1; // a.lua:1-2\n}",
  "function f() { [native code] }",
])("no header in %j", (text) => {
  expect(parseEmittedHeader(text)).toBeUndefined();
});

test("traceback", () => {
  const value = new LuaTable();
  expect(call("traceback", "m", 0)).toEqual([
    true,
    "m\nstack traceback:\n\t[C]: in function 'traceback'\n\t[C]: in function 'pcall'",
  ]);
  expect(call("traceback")).toEqual([true, "stack traceback:\n\t[C]: in function 'pcall'"]);
  expect(call("traceback", 12, 50)).toEqual([true, "12\nstack traceback:"]);
  expect(call("traceback", "m", -1)).toEqual([true, "m\nstack traceback:"]);
  expect(call("traceback", value)).toEqual([true, value]);
  expect(call("traceback", undefined)).toEqual([true, undefined]);
  expect(call("traceback", true, "x")).toEqual([true, true]);
  expect(call("traceback", "m", "x")).toEqual([
    false,
    "bad argument #2 to '?' (number expected, got string)",
  ]);
});

describe("metatables", () => {
  test("of tables and userdata are their own, __metatable or not", () => {
    const metatable = new LuaTable();
    metatable.setString("__metatable", "hidden");
    for (const value of [new LuaTable(), new LuaUserdata(1)]) {
      expect(call("setmetatable", value, metatable)).toEqual([true, true]);
      expect(call("getmetatable", value)).toEqual([true, metatable]);
      expect(call("setmetatable", value, undefined)).toEqual([true, true]);
      expect(call("getmetatable", value)).toEqual([true, undefined]);
    }
  });

  test("of other values are shared by their type", () => {
    const metatable = new LuaTable();
    expect(call("setmetatable", 1, metatable)).toEqual([true, true]);
    expect(call("getmetatable", 2)).toEqual([true, metatable]);
    expect(call("getmetatable", undefined)).toEqual([true, undefined]);
    expect(call("setmetatable", 3, undefined)).toEqual([true, true]);
    expect(call("getmetatable", 2)).toEqual([true, undefined]);
    expect(Object.keys(state.typeMetatables)).not.toContain("number");
  });

  test("arguments are checked", () => {
    const message = "bad argument #2 to '?' (nil or table expected)";
    expect(call("setmetatable", 1)).toEqual([false, message]);
    expect(call("setmetatable", 1, 2)).toEqual([false, message]);
    expect(call("getmetatable")).toEqual([false, "bad argument #1 to '?' (value expected)"]);
  });

  test("of light userdata are shared by all of a state, and by no other one", () => {
    const metatable = new LuaTable();
    expect(call("setmetatable", JSON_NULL, metatable)).toEqual([true, true]);
    expect(call("getmetatable", EMPTY_ARRAY)).toEqual([true, metatable]);
    const other = createTestState();
    other.state.enter(() => {
      expect(JSON_NULL.metatable).toBeUndefined();
    });
    expect(call("setmetatable", JSON_NULL, undefined)).toEqual([true, true]);
    expect(call("getmetatable", EMPTY_ARRAY)).toEqual([true, undefined]);
  });
});

test("the rest", () => {
  const registry = call("getregistry")[1] as LuaTable;
  expect(registry.getString("_LOADED")).toBe(state.loaded);
  expect(call("getregistry")).toEqual([true, registry]);
  expect(call("gethook")).toEqual([true, undefined, "", 0]);
  expect(call("sethook")).toEqual([true]);
  const hook = () => 1;
  expect(call("sethook", hook)).toEqual([
    false,
    "bad argument #2 to '?' (string expected, got no value)",
  ]);
  expect(call("sethook", hook, "lc", 3)).toEqual([true]);
  expect(call("gethook")).toEqual([true, hook, "cl", 3]);
  expect(call("sethook", hook, "")).toEqual([true]);
  expect(call("gethook")).toEqual([true, hook, "", 0]);
  expect(call("sethook")).toEqual([true]);
  expect(call("gethook")).toEqual([true, undefined, "", 0]);
  expect(call("getlocal", 50, 1)).toEqual([false, "bad argument #1 to '?' (level out of range)"]);
  expect(call("getfenv", 5)).toEqual([true, undefined]);
  expect(call("getfenv", () => 1)).toEqual([true, state.globals]);
  expect(call("setfenv", 1, new LuaTable())).toEqual([
    false,
    "'setfenv' cannot change environment of given object",
  ]);
});
