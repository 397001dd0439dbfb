/** Expected results are what LuaJIT 2.1 prints for `print(pcall(f, ...))`. */
import { list } from "../../core/table.testkit.ts";
import { LuaTable } from "../../core/table.ts";
import { createTestState } from "./state.testkit.ts";

const { call } = createTestState();

test("select gives the arguments from a position on", () => {
  expect(call("select", 2, "a", "b", "c")).toEqual([true, "b", "c"]);
  expect(call("select", -1, "a", "b")).toEqual([true, "b"]);
  expect(call("select", "2", "a", "b", "c")).toEqual([true, "b", "c"]);
  expect(call("select", 1.9, "a", "b")).toEqual([true, "a", "b"]);
  expect(call("select", 5, "a")).toEqual([true]);
  expect(call("select", 1)).toEqual([true]);
  expect(call("select", "#")).toEqual([true, 0]);
  expect(call("select", "#", undefined, undefined)).toEqual([true, 2]);
  const outOfRange = "bad argument #1 to '?' (index out of range)";
  for (const position of [0, -3, 0.5, -0.5]) {
    expect(call("select", position, "a", "b")).toEqual([false, outOfRange]);
  }
  expect(call("select", "x")).toEqual([
    false,
    "bad argument #1 to '?' (number expected, got string)",
  ]);
  expect(call("select")).toEqual([false, "bad argument #1 to '?' (number expected, got no value)"]);
});

test("unpack gives a range of a table, raw", () => {
  const table = list("a", "b", "c");
  table.setNumber(2, undefined);
  table.metatable = new LuaTable();
  table.metatable.setString("__index", () => "inherited");
  expect(call("unpack", table)).toEqual([true, "a", undefined, "c"]);
  expect(call("unpack", table, 3)).toEqual([true, "c"]);
  expect(call("unpack", table, -1, 1)).toEqual([true, undefined, undefined, "a"]);
  expect(call("unpack", table, 1.5, 2.9)).toEqual([true, "a", undefined]);
  expect(call("unpack", table, 3, 2)).toEqual([true]);
  expect(call("unpack", table, 1, undefined)).toEqual([true, "a", undefined, "c"]);
  expect(call("unpack", list(), 1, 2 ** 31)).toEqual([true]);
});

test("unpack refuses what LuaJIT's stack has no room for", () => {
  const tooMany = [false, "too many results to unpack"];
  expect(call("unpack", list(), 1, 7997)).toHaveLength(7998);
  expect(call("unpack", list(), 1, 7998)).toEqual(tooMany);
  expect(call("unpack", list(), 1, 1e8)).toEqual(tooMany);
  expect(call("unpack", list(), -(2 ** 31), 2 ** 31 - 1)).toEqual(tooMany);
  expect(call("unpack", list(), "a")).toEqual([
    false,
    "bad argument #2 to '?' (number expected, got string)",
  ]);
});
