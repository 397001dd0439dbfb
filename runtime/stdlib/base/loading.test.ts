/**
 * Expected results are what LuaJIT 2.1 prints for `print(pcall(f, ...))`; the chunks themselves are
 * those of state.testkit.ts.
 */
import { raise } from "../../core/error.ts";
import { LuaTable } from "../../core/table.ts";
import type { LuaFunction, LuaValue } from "../../core/value.ts";
import { createTestState } from "./state.testkit.ts";

const ONE = "return () => 1";
const ENVIRONMENT = "return () => $env";
const ARGUMENTS = "return (...values) => values";

const { call, protect, run, state } = createTestState({
  files: {
    "one.lua": ONE,
    "arguments.lua": ARGUMENTS,
    "faulty.lua": "x x",
    "environment.lua": ENVIRONMENT,
    folder: undefined,
  },
  stdin: "return () => 'from stdin'",
});

function loaded(results: readonly LuaValue[]): LuaFunction {
  const [isFine, chunk] = results;
  expect(isFine).toBe(true);
  expect(typeof chunk).toBe("function");
  return chunk as LuaFunction;
}

function reader(...pieces: LuaValue[]): LuaFunction {
  return () => pieces.shift();
}

describe.each(["load", "loadstring"])("%s", (name) => {
  test("gives the main function", () => {
    expect(run(loaded(call(name, ARGUMENTS)), 1, 2)).toEqual([1, 2]);
  });

  test("gives nil and the message of a syntax error", () => {
    const message = "'=' expected near 'x'";
    expect(call(name, "x x")).toEqual([true, undefined, `[string "x x"]:1: ${message}`]);
    expect(call(name, "x x", "@n")).toEqual([true, undefined, `n:1: ${message}`]);
    expect(call(name, reader("x", " x"))).toEqual([true, undefined, `(load):1: ${message}`]);
  });

  test("minds the mode", () => {
    const wrongMode = [true, undefined, "attempt to load chunk with wrong mode"];
    expect(call(name, ONE, "n", "b")).toEqual(wrongMode);
    expect(call(name, ONE, "n", "")).toEqual(wrongMode);
    expect(call(name, "\x1bLJ", "=x", "t")).toEqual(wrongMode);
    expect(run(loaded(call(name, ONE, "n", "bt")))).toEqual([1]);
    expect(call(name, "\x1bLua", "=x")).toEqual([
      true,
      undefined,
      "x: cannot load incompatible bytecode",
    ]);
    expect(call(name, "\x1bLJ")).toEqual([
      true,
      undefined,
      "(binary): cannot load incompatible bytecode",
    ]);
  });

  test("takes an environment", () => {
    const environment = new LuaTable();
    expect(run(loaded(call(name, ENVIRONMENT, "=e", "t", environment)))).toEqual([environment]);
    expect(run(loaded(call(name, ENVIRONMENT, "=e", undefined, undefined)))).toEqual([
      state.globals,
    ]);
  });

  test("joins the pieces of a reader function, up to nil or an empty string", () => {
    expect(run(loaded(call(name, reader("return ", "() => ", 4, 2))))).toEqual([42]);
    expect(run(loaded(call(name, reader("return () => 7", "", " x x"))))).toEqual([7]);
    const value = new LuaTable();
    expect(call(name, () => new LuaTable())).toEqual([
      true,
      undefined,
      "reader function must return a string",
    ]);
    expect(call(name, () => raise(value))).toEqual([true, undefined, value]);
  });

  test("gives up on a reader function that never ends", () => {
    const endless = "x".repeat(65536);
    expect(call(name, () => endless)).toEqual([true, undefined, "not enough memory"]);
  });

  test("checks its argument", () => {
    expect(call(name)).toEqual([false, "bad argument #1 to '?' (function expected, got no value)"]);
    expect(call(name, true)).toEqual([
      false,
      "bad argument #1 to '?' (function expected, got boolean)",
    ]);
  });
});

test("loadfile", () => {
  expect(run(loaded(call("loadfile", "arguments.lua")), 5)).toEqual([5]);
  expect(call("loadfile", "faulty.lua")).toEqual([
    true,
    undefined,
    "faulty.lua:1: '=' expected near 'x'",
  ]);
  expect(call("loadfile", "none.lua")).toEqual([
    true,
    undefined,
    "cannot open none.lua: No such file or directory",
  ]);
  expect(call("loadfile", "folder")).toEqual([
    true,
    undefined,
    "cannot read folder: Is a directory",
  ]);
  expect(call("loadfile", "one.lua", "b")).toEqual([
    true,
    undefined,
    "attempt to load chunk with wrong mode",
  ]);
  const environment = new LuaTable();
  expect(run(loaded(call("loadfile", "environment.lua", "t", environment)))).toEqual([environment]);
  expect(call("loadfile", new LuaTable())).toEqual([
    false,
    "bad argument #1 to '?' (string expected, got table)",
  ]);
});

test("dofile", () => {
  expect(call("dofile", "one.lua")).toEqual([true, 1]);
  expect(call("dofile", "arguments.lua")).toEqual([true]);
  expect(call("dofile", "faulty.lua")).toEqual([false, "faulty.lua:1: '=' expected near 'x'"]);
  expect(call("dofile", "none.lua")).toEqual([
    false,
    "cannot open none.lua: No such file or directory",
  ]);
  expect(call("dofile")).toEqual([true, "from stdin"]);
});

describe("environments", () => {
  test("of a chunk can be changed between its runs", () => {
    const chunk = loaded(call("load", ENVIRONMENT));
    const environment = new LuaTable();
    expect(call("getfenv", chunk)).toEqual([true, state.globals]);
    expect(protect(chunk)).toEqual([true, state.globals]);
    expect(call("setfenv", chunk, environment)).toEqual([true, chunk]);
    expect(call("getfenv", chunk)).toEqual([true, environment]);
    expect(protect(chunk)).toEqual([true, environment]);
  });

  test("of builtins are the globals, and stay so", () => {
    const print = state.globals.getString("print");
    expect(call("getfenv", print)).toEqual([true, state.globals]);
    expect(call("getfenv", 0)).toEqual([true, state.globals]);
    expect(call("getfenv")).toEqual([true, state.globals]);
    expect(call("setfenv", print, new LuaTable())).toEqual([
      false,
      "'setfenv' cannot change environment of given object",
    ]);
  });

  test("of functions that are bound can't be changed, nor told when there are several", () => {
    const fresh = createTestState();
    const bound: LuaFunction = () => 1;
    expect(fresh.call("getfenv", bound)).toEqual([true, fresh.state.globals]);
    const [, message] = fresh.call("setfenv", bound, new LuaTable());
    expect(message).toMatch(/^'setfenv' of this function needs debug access/);
    // Level 1 is the test itself, which is no Lua function.
    const [, ofHost] = fresh.call("setfenv", 1, new LuaTable());
    expect(ofHost).toBe("'setfenv' cannot change environment of given object");
    fresh.call("setfenv", loaded(fresh.call("load", ENVIRONMENT)), new LuaTable());
    const [, ofBound] = fresh.call("getfenv", bound);
    expect(ofBound).toMatch(/^'getfenv' of this function needs debug access/);
  });

  test("arguments are checked", () => {
    const invalidLevel = [false, "bad argument #1 to '?' (invalid level)"];
    expect(call("getfenv", -1)).toEqual(invalidLevel);
    expect(call("getfenv", 100)).toEqual(invalidLevel);
    expect(call("setfenv", 100, new LuaTable())).toEqual(invalidLevel);
    expect(call("getfenv", "x")).toEqual([
      false,
      "bad argument #1 to '?' (number expected, got string)",
    ]);
    expect(call("setfenv", 1)).toEqual([
      false,
      "bad argument #2 to '?' (table expected, got no value)",
    ]);
  });
});
