/** Expected values are what LuaJIT 2.1 gives for the same calls. */
import { LuaTable } from "../../core/table.ts";
import { plainText } from "../../core/toText.ts";
import { LuaUserdata } from "../../core/userdata.ts";
import type { LuaFunction, LuaValue } from "../../core/value.ts";
import { createTestState } from "./state.testkit.ts";

type Case = [values: LuaValue[], outcome: LuaValue[] | { error: string }];

const state = createTestState();
const table = new LuaTable();

const cases: Case[] = [
  [
    ["hello world", "o", "0"],
    ["hell0 w0rld", 2],
  ],
  [
    ["hello", "", "-"],
    ["-h-e-l-l-o-", 6],
  ],
  [
    ["hello", "l*", "x"],
    ["xhxexxox", 5],
  ],
  [
    ["abc", "%w", "%0%0"],
    ["aabbcc", 3],
  ],
  [
    ["abc", "%w", "%1"],
    ["abc", 3],
  ],
  [
    ["hello world", "(%w+) (%w+)", "%2 %1"],
    ["world hello", 1],
  ],
  [
    ["abc", "b", "%%"],
    ["a%c", 1],
  ],
  [
    ["abc", "b", "x%"],
    ["ax\x00c", 1],
  ],
  [
    ["abc", "b", "%a"],
    ["aac", 1],
  ],
  [
    ["abc", "()", "%1"],
    ["1a2b3c4", 4],
  ],
  [
    ["abc", "^a", "x"],
    ["xbc", 1],
  ],
  [
    ["aaa", "^a", "x"],
    ["xaa", 1],
  ],
  [
    ["abc", "$", "x"],
    ["abcx", 1],
  ],
  [
    ["abc", "^", "x"],
    ["xabc", 1],
  ],
  [
    ["", "", "x"],
    ["x", 1],
  ],
  [
    ["", "^", "x"],
    ["x", 1],
  ],
  [
    ["abc", "b*", "x"],
    ["xaxxcx", 4],
  ],
  [
    ["aaa", "a", "b", 2],
    ["bba", 2],
  ],
  [
    ["aaa", "a", "b", 0],
    ["aaa", 0],
  ],
  [
    ["aaa", "a", "b", -1],
    ["aaa", 0],
  ],
  [
    ["aaa", "a", "b", "2"],
    ["bba", 2],
  ],
  [
    ["aaa", "a", "b", 1.8999999999999999],
    ["baa", 1],
  ],
  [
    ["aaa", "a", "b", 4294967298],
    ["bba", 2],
  ],
  [
    ["aaa", "a", "b", 9.2233720368547758e18],
    ["aaa", 0],
  ],
  [
    ["aaa", "a", 1.5],
    ["1.51.51.5", 3],
  ],
  [
    [12, 1, 3],
    ["32", 1],
  ],
  [
    ["a\x00b", "%z", "0"],
    ["a0b", 1],
  ],
  [
    ["abc", "(a", "x"],
    ["xbc", 1],
  ],
  [
    ["abc", "x", "%9"],
    ["abc", 0],
  ],
  [
    ["x = 1, y = 2", "(%w) = (%w)", "%2=%1", 1],
    ["1=x, y = 2", 1],
  ],
  [["abc", "b", "%2"], { error: "invalid capture index" }],
  [["abc", "(b)", "%2"], { error: "invalid capture index" }],
  [["abc", "(b", "%1"], { error: "unfinished capture" }],
  [["abc", "b", true], { error: "bad argument #3 to '?' (string/function/table expected)" }],
  [["abc", "b"], { error: "bad argument #3 to '?' (string/function/table expected)" }],
  [["abc", "b", undefined, "z"], { error: "bad argument #4 to '?' (number expected, got string)" }],
  [["abc", "b", "x", table], { error: "bad argument #4 to '?' (number expected, got table)" }],
  [[table, "b", "x"], { error: "bad argument #1 to '?' (string expected, got table)" }],
];

test.each(cases)("gsub%j", (values, outcome) => {
  expect(state.call("gsub", ...values)).toEqual(outcome);
});

describe("a function", () => {
  function calls(subject: string, pattern: string): LuaValue[][] {
    const seen: LuaValue[][] = [];
    const record: LuaFunction = (...values) => {
      seen.push(values);
      return [];
    };
    expect(state.first("gsub", subject, pattern, record)).toBe(subject);
    return seen;
  }

  test("gets the captures, or the whole match", () => {
    expect(calls("abc", "%w")).toEqual([["a"], ["b"], ["c"]]);
    expect(calls("a1b2", "%a(%d)")).toEqual([["1"], ["2"]]);
    expect(calls("k=v", "(%w)(()=)(%w)")).toEqual([["k", "=", 2, "v"]]);
  });

  test.each([
    ["text", "a<x>c"],
    [12.5, "a12.5c"],
    [false, "abc"],
    [undefined, "abc"],
  ])("may return %j", (value, result) => {
    const replacement = value === "text" ? "<x>" : value;
    expect(state.call("gsub", "abc", "b", () => replacement)).toEqual([result, 1]);
  });

  test.each<[LuaValue, string]>([
    [true, "boolean"],
    [new LuaTable(), "table"],
    [() => undefined, "function"],
    [new LuaUserdata(1), "userdata"],
  ])("may not return %p", (value, type) => {
    expect(state.call("gsub", "abc", "b", () => value)).toEqual({
      error: `invalid replacement value (a ${type})`,
    });
  });

  test("may use the same pattern itself", () => {
    const upper: LuaFunction = (word) => state.first("gsub", word, "%w", "<%0>");
    expect(state.call("gsub", "ab cd", "%w%w", upper)).toEqual(["<a><b> <c><d>", 2]);
    const same: LuaFunction = (letter) => {
      expect(state.call("gsub", "xyz", "%w", "-")).toEqual(["---", 3]);
      return `${plainText(letter)}!`;
    };
    expect(state.call("gsub", "ab", "%w", same)).toEqual(["a!b!", 2]);
  });

  test("replaces empty matches, too", () => {
    expect(state.call("gsub", "abc", "", () => "-")).toEqual(["-a-b-c-", 4]);
  });
});

describe("a table", () => {
  test("is indexed with the first capture", () => {
    const words = new LuaTable();
    words.set("b", 12);
    words.set("k", "key");
    words.set("c", false);
    words.set(1, "first");
    expect(state.call("gsub", "abc", "%w", words)).toEqual(["a12c", 3]);
    expect(state.call("gsub", "k=v", "(%w)=(%w)", words)).toEqual(["key", 1]);
    expect(state.call("gsub", "ab", "()", words)).toEqual(["firstab", 3]);
  });

  test("is asked with its metatable", () => {
    const words = new LuaTable();
    words.metatable = new LuaTable();
    words.metatable.setString("__index", (_, key) => plainText(key).repeat(2));
    words.metatable.setString("__call", () => "called");
    expect(state.call("gsub", "abc", "b", words)).toEqual(["abbc", 1]);
    words.metatable.setString("__index", 1);
    expect(state.call("gsub", "abc", "b", words)).toEqual({
      error: "attempt to index a number value",
    });
  });

  test("must hold strings or numbers", () => {
    const words = new LuaTable();
    words.set("b", true);
    expect(state.call("gsub", "abc", "b", words)).toEqual({
      error: "invalid replacement value (a boolean)",
    });
  });
});

test("nothing else is a replacement", () => {
  for (const value of [undefined, true, new LuaUserdata(1)]) {
    expect(state.call("gsub", "abc", "b", value)).toEqual({
      error: "bad argument #3 to '?' (string/function/table expected)",
    });
  }
});
