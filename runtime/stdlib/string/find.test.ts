/** Expected values are what LuaJIT 2.1 gives for the same calls. */
import { findCases, malformedCases } from "./patterns/findCases.testkit.ts";
import { createTestState } from "./state.testkit.ts";

const state = createTestState();

test.each([...findCases, ...malformedCases])("find%j", (values, outcome) => {
  expect(state.call("find", ...values)).toEqual(outcome);
});

test("numbers are strings, and strings positions", () => {
  expect(state.call("find", 121, 2)).toEqual([2, 2]);
  expect(state.call("find", "abc", "b", "2")).toEqual([2, 2]);
  expect(state.call("find", "abc", "b", 2.9)).toEqual([2, 2]);
});

test("positions out of range for an integer are the lowest one", () => {
  expect(state.call("find", "abc", "b", 2 ** 40)).toEqual([2, 2]);
  expect(state.call("find", "abc", "b", -(2 ** 40))).toEqual([2, 2]);
  expect(state.call("find", "abc", "b", NaN)).toEqual([2, 2]);
  expect(state.call("find", "abc", "b", 2 ** 31 - 1)).toEqual([undefined]);
});

test.each([
  ["abc", "", undefined, [""]],
  ["abc", "b", undefined, ["b"]],
  ["abc", "(b)()(c)", undefined, ["b", 3, "c"]],
  ["abc", "x", undefined, [undefined]],
  ["2024-01-02", "(%d+)-(%d+)-(%d+)", undefined, ["2024", "01", "02"]],
  ["THE (quick) fox", "%f[%a]%a+", 5, ["quick"]],
  ["abc", "^b", 2, ["b"]],
  ["abc", "()", 10, [4]],
  ["a.b", ".", 2, ["."]],
])("match(%j, %j, %j)", (subject, pattern, init, results) => {
  expect(state.call("match", subject, pattern, init)).toEqual(results);
});

test("behind the end Lua 5.1 begins at the end, Lua 5.2 finds nothing", () => {
  const openresty = createTestState("openresty");
  for (const values of [
    ["abc", "", 5],
    ["abc", "", 5, true],
    ["abc", "$", 5],
  ]) {
    expect(state.call("find", ...values)).toEqual([4, 3]);
    expect(openresty.call("find", ...values)).toEqual([undefined]);
  }
  expect(openresty.call("find", "abc", "", 4)).toEqual([4, 3]);
  expect(openresty.call("match", "abc", "()", 5)).toEqual([undefined]);
});

test.each([
  [["find"], "bad argument #1 to '?' (string expected, got no value)"],
  [["find", "a"], "bad argument #2 to '?' (string expected, got no value)"],
  [["find", true, "a"], "bad argument #1 to '?' (string expected, got boolean)"],
  [["find", "abc", "b", "x"], "bad argument #3 to '?' (number expected, got string)"],
  [["match", "abc", "b", true], "bad argument #3 to '?' (number expected, got boolean)"],
])("%j", ([name = "", ...values], error) => {
  expect(state.call(String(name), ...values)).toEqual({ error });
});
