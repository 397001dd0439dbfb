/** Expected values are what LuaJIT 2.1 gives for the same loops. */
import { BUILTIN_PREFIX } from "../../core/stack.ts";
import { plainText } from "../../core/toText.ts";
import type { LuaFunction, LuaValue } from "../../core/value.ts";
import { createTestState } from "./state.testkit.ts";

const state = createTestState();

function iterator(subject: LuaValue, pattern: LuaValue): LuaFunction {
  return state.first("gmatch", subject, pattern) as LuaFunction;
}

/** What a loop over all matches sees. */
function matches(subject: LuaValue, pattern: LuaValue): LuaValue[][] {
  const next = iterator(subject, pattern);
  const seen: LuaValue[][] = [];
  for (;;) {
    const results = state.call(next);
    if ("error" in results) throw new Error(plainText(results.error));
    if (results.length === 0) return seen;
    seen.push([...results]);
  }
}

test.each([
  ["one two", "%a+", [["one"], ["two"]]],
  [
    "k=v, x=y",
    "(%w+)=(%w+)",
    [
      ["k", "v"],
      ["x", "y"],
    ],
  ],
  ["abc", "", [[""], [""], [""], [""]]],
  ["abc", "()", [[1], [2], [3], [4]]],
  ["ab", "b*", [[""], ["b"], [""]]],
  ["abc abc", "^a", []],
  ["a^a", "^a", [["^a"]]],
  ["a^^b", "^*", [[""], ["^^"], [""], [""]]],
  ["", "x", []],
  ["", ".*", [[""]]],
  [1212, 2, [["2"], ["2"]]],
])("gmatch(%j, %j)", (subject, pattern, expected) => {
  expect(matches(subject, pattern)).toEqual(expected);
});

test("iterators of one pattern do not disturb each other", () => {
  const [left, right] = [iterator("abc", "%w"), iterator("xyz", "%w")];
  expect([left, right, left, right].map((next) => state.first(next))).toEqual(["a", "x", "b", "y"]);
});

test("an iterator at its end stays there", () => {
  const next = iterator("a", "a");
  expect(state.call(next)).toEqual(["a"]);
  expect(state.call(next)).toEqual([]);
  expect(state.call(next)).toEqual([]);
});

test("mistakes in the pattern are found by the iterator", () => {
  expect(state.call(iterator("abc", "[a"))).toEqual({ error: "malformed pattern (missing ']')" });
  expect(state.call(iterator("abc", "(a"))).toEqual({ error: "unfinished capture" });
});

test("arguments are checked at once", () => {
  expect(state.call("gmatch", "a")).toEqual({
    error: "bad argument #2 to '?' (string expected, got no value)",
  });
});

test("the iterator is a builtin in tracebacks", () => {
  expect(iterator("a", "a").name).toBe(`${BUILTIN_PREFIX}string.gmatch_iterator`);
});
