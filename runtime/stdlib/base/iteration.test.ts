/** Expected results are what LuaJIT 2.1 prints for `print(pcall(f, ...))`. */
import { ArrayIterator } from "../../core/iterate.ts";
import { list } from "../../core/table.testkit.ts";
import { LuaTable } from "../../core/table.ts";
import type { LuaValue } from "../../core/value.ts";
import { ipairsStep, next } from "./iteration.ts";
import { createTestState } from "./state.testkit.ts";

const { call, protect } = createTestState();

test("next steps through a table", () => {
  const table = list("a", "b");
  expect(call("next", table)).toEqual([true, 1, "a"]);
  expect(call("next", table, 1)).toEqual([true, 2, "b"]);
  expect(call("next", table, 2)).toEqual([true, undefined]);
  expect(call("next", table, "missing")).toEqual([false, "invalid key to 'next'"]);
  expect(call("next")).toEqual([false, "bad argument #1 to '?' (table expected, got no value)"]);
  expect(call("next", undefined)).toEqual([
    false,
    "bad argument #1 to '?' (table expected, got nil)",
  ]);
});

test("pairs gives next", () => {
  const table = list(1);
  expect(call("pairs", table)).toEqual([true, next, table, undefined]);
  expect(call("pairs")).toEqual([false, "bad argument #1 to '?' (value expected)"]);
  expect(call("pairs", undefined)).toEqual([
    false,
    "bad argument #1 to '?' (table expected, got nil)",
  ]);
});

test("ipairs gives its step function, which is raw and ends without results", () => {
  const table = list("a");
  table.metatable = new LuaTable();
  table.metatable.setString("__index", () => "inherited");
  expect(call("ipairs", table)).toEqual([true, ipairsStep, table, 0]);
  expect(protect(ipairsStep, table, 0)).toEqual([true, 1, "a"]);
  expect(protect(ipairsStep, table, "0")).toEqual([true, 1, "a"]);
  expect(protect(ipairsStep, table, 1)).toEqual([true]);
  expect(protect(ipairsStep, undefined, 1)).toEqual([
    false,
    "bad argument #1 to '?' (table expected, got nil)",
  ]);
  expect(protect(ipairsStep, table, undefined)).toEqual([
    false,
    "bad argument #2 to '?' (number expected, got nil)",
  ]);
  expect(call("ipairs", "text")).toEqual([
    false,
    "bad argument #1 to '?' (table expected, got string)",
  ]);
});

test("__pairs and __ipairs count with Lua 5.2 compatibility only", () => {
  const table = list(1);
  table.metatable = new LuaTable();
  table.metatable.setString("__pairs", (object: LuaValue) => ["step", object, "start", "more"]);
  table.metatable.setString("__ipairs", () => "alone");
  const openresty = createTestState({ dialect: "openresty" });
  // As in LuaJIT, where the metamethod takes the place of `pairs`, nothing is added or cut.
  expect(openresty.call("pairs", table)).toEqual([true, "step", table, "start", "more"]);
  expect(openresty.call("ipairs", table)).toEqual([true, "alone"]);
  expect(call("pairs", table)).toEqual([true, next, table, undefined]);
});

test("ArrayIterator stops at the first nil and sees changes on the way", () => {
  const table = list("a", "b", undefined, "d");
  const elements = new ArrayIterator(table);
  const seen: [number, LuaValue][] = [];
  while (elements.advance()) {
    seen.push([elements.key, elements.value]);
    if (elements.key === 1) table.setNumber(3, "late");
  }
  expect(seen).toEqual([
    [1, "a"],
    [2, "b"],
    [3, "late"],
    [4, "d"],
  ]);
  expect(new ArrayIterator(new LuaTable()).advance()).toBe(false);
});
