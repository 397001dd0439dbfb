/** Expected results are what LuaJIT 2.1 prints for `print(pcall(f, ...))`. */
import { LuaTable } from "../../core/table.ts";
import { createTestState } from "./state.testkit.ts";

const { call, state } = createTestState();

function withMetatable(...entries: [string, unknown][]): LuaTable {
  const table = new LuaTable();
  table.metatable = new LuaTable();
  for (const [key, value] of entries) table.metatable.setString(key, value as string);
  return table;
}

test("rawequal ignores __eq", () => {
  const one = withMetatable(["__eq", () => true]);
  const other = new LuaTable();
  other.metatable = one.metatable;
  expect(call("rawequal", one, other)).toEqual([true, false]);
  expect(call("rawequal", one, one)).toEqual([true, true]);
  expect(call("rawequal", "a", "a")).toEqual([true, true]);
  expect(call("rawequal", NaN, NaN)).toEqual([true, false]);
  expect(call("rawequal", undefined, undefined)).toEqual([true, true]);
  expect(call("rawequal")).toEqual([false, "bad argument #1 to '?' (value expected)"]);
  expect(call("rawequal", 1)).toEqual([false, "bad argument #2 to '?' (value expected)"]);
});

test("rawget and rawset ignore metamethods and check their arguments", () => {
  const table = withMetatable(["__index", () => "inherited"], ["__newindex", () => "elsewhere"]);
  expect(call("rawget", table, "x")).toEqual([true, undefined]);
  expect(call("rawset", table, "x", 5)).toEqual([true, table]);
  expect(call("rawget", table, "x")).toEqual([true, 5]);
  expect(call("rawset", table, "x", undefined)).toEqual([true, table]);
  expect(call("rawget", table, "x")).toEqual([true, undefined]);
  expect(call("rawget")).toEqual([false, "bad argument #1 to '?' (table expected, got no value)"]);
  expect(call("rawget", table)).toEqual([false, "bad argument #2 to '?' (value expected)"]);
  expect(call("rawget", 1, 1)).toEqual([
    false,
    "bad argument #1 to '?' (table expected, got number)",
  ]);
  expect(call("rawset", table)).toEqual([false, "bad argument #2 to '?' (value expected)"]);
  expect(call("rawset", table, 1)).toEqual([false, "bad argument #3 to '?' (value expected)"]);
  expect(call("rawset", table, undefined, 1)).toEqual([false, "table index is nil"]);
  expect(call("rawset", table, NaN, 1)).toEqual([false, "table index is NaN"]);
});

test("getmetatable shows what __metatable says", () => {
  const table = withMetatable();
  expect(call("getmetatable", table)).toEqual([true, table.metatable]);
  expect(call("getmetatable", withMetatable(["__metatable", false]))).toEqual([true, false]);
  expect(call("getmetatable", withMetatable(["__metatable", "mine"]))).toEqual([true, "mine"]);
  expect(call("getmetatable", undefined)).toEqual([true, undefined]);
  expect(call("getmetatable")).toEqual([false, "bad argument #1 to '?' (value expected)"]);
});

test("setmetatable sets, removes and respects __metatable", () => {
  const table = new LuaTable();
  const metatable = new LuaTable();
  expect(call("setmetatable", table, metatable)).toEqual([true, table]);
  expect(table.metatable).toBe(metatable);
  expect(call("setmetatable", table, undefined)).toEqual([true, table]);
  expect(table.metatable).toBeUndefined();
  const message = "bad argument #2 to '?' (nil or table expected)";
  expect(call("setmetatable", table)).toEqual([false, message]);
  expect(call("setmetatable", table, 1)).toEqual([false, message]);
  expect(call("setmetatable", withMetatable(["__metatable", 1]), undefined)).toEqual([
    false,
    "cannot change a protected metatable",
  ]);
  expect(call("setmetatable", undefined)).toEqual([
    false,
    "bad argument #1 to '?' (table expected, got nil)",
  ]);
  expect(call("setmetatable")).toEqual([
    false,
    "bad argument #1 to '?' (table expected, got no value)",
  ]);
});

test("rawlen is there with Lua 5.2 compatibility only", () => {
  expect(state.globals.getString("rawlen")).toBeUndefined();
  const openresty = createTestState({ dialect: "openresty" });
  const list = withMetatable(["__len", () => 7]);
  list.push("x");
  expect(openresty.call("rawlen", list)).toEqual([true, 1]);
  expect(openresty.call("rawlen", "four")).toEqual([true, 4]);
  expect(openresty.call("rawlen", 5)).toEqual([
    false,
    "bad argument #1 to '?' (table or string expected)",
  ]);
});
