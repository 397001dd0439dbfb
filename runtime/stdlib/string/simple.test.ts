/** Expected values are what LuaJIT 2.1 gives for the same calls. */
import { LuaTable } from "../../core/table.ts";
import type { LuaValue } from "../../core/value.ts";
import { stringLibrary } from "./index.ts";
import { createTestState } from "./state.testkit.ts";

type Case = [values: LuaValue[], outcome: LuaValue[] | { error: string }];

const state = createTestState();
const table = new LuaTable();

const sub: Case[] = [
  [["hello", 2], ["ello"]],
  [["hello", 2, 4], ["ell"]],
  [["hello", -3], ["llo"]],
  [["hello", -3, -2], ["ll"]],
  [["hello", 0], ["hello"]],
  [["hello", -100, 2], ["he"]],
  [["hello", 4, 2], [""]],
  [["hello", 6], [""]],
  [["hello", 5, 5], ["o"]],
  [["hello", 1, -1], ["hello"]],
  [["hello", 1, 100], ["hello"]],
  [["hello", "2", "3"], ["el"]],
  [["hello", 2.8999999999999999, 4.9000000000000004], ["ell"]],
  [[12345, 2, 3], ["23"]],
  [["hello", 2, 2147483648], [""]],
  [["hello", 2, Infinity], [""]],
  [["hello", NaN], ["hello"]],
  [["hello", -Infinity], ["hello"]],
  [["hello", 4294967298], ["hello"]],
  [["hello", "x"], { error: "bad argument #2 to '?' (number expected, got string)" }],
  [["hello", 1, table], { error: "bad argument #3 to '?' (number expected, got table)" }],
  [[table, 1], { error: "bad argument #1 to '?' (string expected, got table)" }],
];

const byte: Case[] = [
  [["abc"], [97]],
  [["abc", 2], [98]],
  [["abc", -1], [99]],
  [
    ["abc", 1, 3],
    [97, 98, 99],
  ],
  [
    ["abc", 1, -1],
    [97, 98, 99],
  ],
  [
    ["abc", 0, 2],
    [97, 98],
  ],
  [
    ["abc", 2, 10],
    [98, 99],
  ],
  [
    ["\x00\xff", 1, 2],
    [0, 255],
  ],
  [["abc"], [97]],
  [["abc", "2"], [98]],
  [[1.5], [49]],
  [["abc", 1, Infinity], [undefined]],
  [["abc", table], { error: "bad argument #2 to '?' (number expected, got table)" }],
];

const char: Case[] = [
  [[65, 66], ["AB"]],
  [["65", 66.900000000000006], ["AB"]],
  [[0, 255], ["\x00\xff"]],
  [[-0.5], ["\x00"]],
  [[256], { error: "bad argument #1 to '?' (invalid value)" }],
  [[-1], { error: "bad argument #1 to '?' (invalid value)" }],
  [[65, "x"], { error: "bad argument #2 to '?' (number expected, got string)" }],
  [[65, 10000000000], { error: "bad argument #2 to '?' (invalid value)" }],
];

const rep: Case[] = [
  [["ab", 3], ["ababab"]],
  [["ab", 0], [""]],
  [["ab", -1], [""]],
  [["ab", 3, ","], ["ab,ab,ab"]],
  [["ab", 1, ","], ["ab"]],
  [["", 3, ","], [",,"]],
  [["ab", 2, 1], ["ab1ab"]],
  [["ab", "2"], ["abab"]],
  [["ab", 2.8999999999999999], ["abab"]],
  [["ab", 10000000000], [""]],
  [["", 2147483647], [""]],
  [["ab", 2147483647], { error: "not enough memory" }],
  [["ab", 2, table], { error: "bad argument #3 to '?' (string expected, got table)" }],
  [["ab", "x"], { error: "bad argument #2 to '?' (number expected, got string)" }],
  [[table, 1], { error: "bad argument #1 to '?' (string expected, got table)" }],
];

const reverse: Case[] = [
  [["abc"], ["cba"]],
  [[""], [""]],
  [["a\x00\xff"], ["\xff\x00a"]],
  [[123], ["321"]],
  [[table], { error: "bad argument #1 to '?' (string expected, got table)" }],
];

const lower: Case[] = [
  [["ABC xyz \xc0\xc9\xdf"], ["abc xyz \xc0\xc9\xdf"]],
  [[12], ["12"]],
  [[table], { error: "bad argument #1 to '?' (string expected, got table)" }],
];

const upper: Case[] = [
  [["abc XYZ \xe0\xe9\xff\xdf\xb5"], ["ABC XYZ \xe0\xe9\xff\xdf\xb5"]],
  [[1000000000000000], ["1E+15"]],
  [[true], { error: "bad argument #1 to '?' (string expected, got boolean)" }],
];

const len: Case[] = [
  [["a\x00b"], [3]],
  [[""], [0]],
  [[123], [3]],
  [[table], { error: "bad argument #1 to '?' (string expected, got table)" }],
];

describe.each(Object.entries({ sub, byte, char, rep, reverse, lower, upper, len }))(
  "%s",
  (name, cases) => {
    test.each(cases)("%j", (values, outcome) => {
      expect(state.call(name, ...values)).toEqual(outcome);
    });
  },
);

test("byte gives nothing for an empty range", () => {
  expect(state.call("byte", "")).toEqual([]);
  expect(state.call("byte", "abc", 3, 2)).toEqual([]);
  expect(state.call("byte", "abc", 0)).toEqual([]);
});

test("byte gives at most 8000 codes", () => {
  const text = "x".repeat(8001);
  expect(state.call("byte", text, 1, 8000)).toHaveLength(8000);
  expect(state.call("byte", text, 1, -1)).toEqual({ error: "string slice too long" });
});

test("long strings are reversed whole", () => {
  const text = Array.from({ length: 10_001 }, (_, index) => String.fromCharCode(index % 251)).join(
    "",
  );
  expect(state.first("reverse", text)).toBe(text.split("").reverse().join(""));
});

test("len takes a missing argument for nil, as LuaJIT does", () => {
  expect(state.call("len")).toEqual({ error: "bad argument #1 to '?' (string expected, got nil)" });
  expect(state.call("upper")).toEqual({
    error: "bad argument #1 to '?' (string expected, got no value)",
  });
});

test("dump refuses what no compiler made", () => {
  expect(state.call("dump", () => undefined)).toEqual({
    error: "unable to dump given function",
  });
  expect(state.call("dump", 1)).toEqual({
    error: "bad argument #1 to '?' (function expected, got number)",
  });
  expect(state.call("dump", stringLibrary.functions["upper"])).toEqual({
    error: "unable to dump given function",
  });
});
