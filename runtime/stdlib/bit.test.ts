/** Expected values are what LuaJIT 2.1 gives for the same calls. */
import { errorOf } from "../core/error.testkit.ts";
import { LuaState } from "../core/state.ts";
import type { LuaFunction, LuaValue, Results } from "../core/value.ts";
import type { Host } from "../host.ts";
import { openBit } from "./bit.ts";

const state = new LuaState({ host: {} as Host, dialect: "luajit", helpers: {} });
const library = openBit();

function call(name: string, ...values: LuaValue[]): Results {
  return state.enter(() => (library.getString(name) as LuaFunction)(...values));
}

test.each([
  [0.5, 0],
  [1.5, 2],
  [2.5, 2],
  [-0.5, 0],
  [-1.5, -2],
  [2 ** 31, -2147483648],
  [2 ** 32, 0],
  [2 ** 32 + 1, 1],
  [-(2 ** 31) - 1, 2147483647],
  [2 ** 51, 0],
  [2 ** 51 + 1, 0],
  [2 ** 53 + 2, 1],
  [2 ** 54 + 4, 1],
  [1e20, 2025163840],
  [-1e20, 2025163840],
  [1e300, -2013235812],
  [2 ** 62 + 2 ** 40, 1073741824],
  [-(2 ** 52) - 1, -4],
  [Infinity, 0],
  [NaN, 0],
  ["0xff", 255],
])("tobit(%p) is %p", (number, expected) => {
  expect(call("tobit", number)).toBe(expected);
});

test("logic on any number of operands", () => {
  expect(call("bnot", 1.5)).toBe(-3);
  expect(call("band", 0x12345678, 0xff)).toBe(0x78);
  expect(call("bor", 5, 33, 7)).toBe(39);
  expect(call("bxor", 5, 33, 7)).toBe(35);
  expect(call("band", 0xffffffff)).toBe(-1);
  expect(call("bswap", 0x12345678)).toBe(0x78563412);
  expect(call("bswap", 5)).toBe(83886080);
});

test("shifts use the lower five bits of the count", () => {
  expect(call("lshift", 5, 33)).toBe(10);
  expect(call("lshift", 5, -1)).toBe(-2147483648);
  expect(call("rshift", -5, 1.5)).toBe(1073741822);
  expect(call("rshift", -1, 0)).toBe(-1);
  expect(call("arshift", -5, 1.5)).toBe(-2);
  expect(call("rol", 5, -1)).toBe(-2147483646);
  expect(call("rol", -5, 0)).toBe(-5);
  expect(call("ror", 5, 3)).toBe(-1610612736);
  expect(call("ror", 5, -1)).toBe(10);
});

test.each([
  [[0x9abcdef1], "9abcdef1"],
  [[1], "00000001"],
  [[-1], "ffffffff"],
  [[0x9abcdef1, 0], ""],
  [[0x9abcdef1, 2.5], "f1"],
  [[0x9abcdef1, -4], "DEF1"],
  [[0x9abcdef1, 10], "009abcdef1"],
  [[1, 255], "1"],
  [[1, 256], "1"],
  [[0, 255], "0"],
  [[1, -(2 ** 31)], ""],
])("tohex(%p) is %p", (values, expected) => {
  expect(call("tohex", ...values)).toBe(expected);
});

test("operands must be numbers", () => {
  const fail = (name: string, ...values: LuaValue[]) => errorOf(() => call(name, ...values));
  expect(fail("band", 5, "x")).toBe("bad argument #2 to '?' (number expected, got string)");
  expect(fail("lshift", 5)).toBe("bad argument #2 to '?' (number expected, got no value)");
});
