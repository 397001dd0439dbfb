import { describeEnding, isSameEnding } from "./describeEnding.ts";
import { jsonLines } from "./jsonLines.ts";
import { diffLines } from "./lineDiff.ts";
import { NOTHING, type Ending } from "./outcome.ts";

const done = (
  result: string | undefined,
  ...appends: readonly [string, string, string][]
): Ending => ({
  kind: "done",
  handled: {
    result,
    appends: appends.map(([topic, key, value]) => ({ topic, events: [{ key, value }] })),
  },
});

const isSame = (left: Ending, right: Ending): boolean =>
  isSameEnding(describeEnding(left), describeEnding(right));

test("values are compared, not their texts", () => {
  expect(isSame(done('{"a":1,"b":[1.0,2]}'), done('{ "b": [1, 2e0], "a": 1 }'))).toBe(true);
  expect(isSame(done('{"a":1}'), done('{"a":"1"}'))).toBe(false);
  expect(isSame(done("[1,2]"), done("[2,1]"))).toBe(false);
  expect(isSame(done("[]"), done("{}"))).toBe(false);
  expect(isSame(done('{"__proto__":1}'), done("{}"))).toBe(false);
});

test("nothing is not null", () => {
  expect(isSame(done(undefined), NOTHING)).toBe(true);
  expect(isSame(done(undefined), done("null"))).toBe(false);
  expect(isSame(done(undefined), done('"nothing"'))).toBe(false);
});

test("appends are compared in the order of each key", () => {
  const left = done(undefined, ["t", "a", "1"], ["t", "b", "2"], ["s", "a", "3"]);
  expect(isSame(left, done(undefined, ["s", "a", "3"], ["t", "b", "2"], ["t", "a", "1"]))).toBe(
    true,
  );
  expect(isSame(left, done(undefined, ["s", "a", "3"], ["t", "b", "2"]))).toBe(false);
  const inOrder = done(undefined, ["t", "a", "1"], ["t", "a", "2"]);
  expect(isSame(inOrder, done(undefined, ["t", "a", "2"], ["t", "a", "1"]))).toBe(false);
  const atOnce: Ending = {
    kind: "done",
    handled: {
      result: undefined,
      appends: [
        {
          topic: "t",
          events: [
            { key: "a", value: "1" },
            { key: "a", value: "2" },
          ],
        },
      ],
    },
  };
  expect(isSame(inOrder, atOnce)).toBe(true);
});

test("an error is no value", () => {
  const failed: Ending = { kind: "failed", error: "x:1: no\nreally", traceback: undefined };
  expect(describeEnding(failed).result).toEqual(["error: x:1: no", "  really"]);
  expect(isSame(failed, done('"x:1: no"'))).toBe(false);
});

test("JSON is laid out by lines", () => {
  expect(jsonLines('{"b":[1,{"c":[]}],"a":{}}')).toEqual([
    "{",
    '  "a": {},',
    '  "b": [',
    "    1,",
    "    {",
    '      "c": []',
    "    }",
    "  ]",
    "}",
  ]);
});

/** "-a +b  c" */
const diff = (before: string, after: string): string =>
  diffLines(Array.from(before), Array.from(after))
    .map(({ kind, text }) => ({ same: " ", removed: "-", added: "+" })[kind] + text)
    .join("");

test("a difference is as small as can be", () => {
  expect(diff("", "")).toBe("");
  expect(diff("abc", "abc")).toBe(" a b c");
  expect(diff("abc", "axc")).toBe(" a-b+x c");
  expect(diff("abcdefg", "xabdefyg")).toBe("+x a b-c d e f+y g");
  expect(diff("abc", "")).toBe("-a-b-c");
  expect(diff("", "abc")).toBe("+a+b+c");
  expect(diff("aab", "ab")).toMatch(/^(?:-a a| a-a) b$/);
});

test("a member that comes behind another does not make that one differ", () => {
  const lines = diffLines(jsonLines('{"a":1}'), jsonLines('{"a":1,"b":2}'));
  expect(lines).toEqual([
    { kind: "same", text: "{" },
    { kind: "same", text: '  "a": 1,' },
    { kind: "added", text: '  "b": 2' },
    { kind: "same", text: "}" },
  ]);
});

test("texts that are very long and unlike cost little", () => {
  const before = Array.from({ length: 100_000 }, (_, index) => String(index));
  const after = Array.from({ length: 100_000 }, (_, index) => String(-index));
  expect(diffLines(before, after)).toHaveLength(199_999);
});
