import { mayGenerateCode, generateMatcher } from "./generateMatcher.ts";
import { interpretMatcher } from "./interpretMatcher.ts";
import { findCases, malformedCases } from "./findCases.testkit.ts";
import { parsePattern } from "./parsePattern.ts";
import { findPattern, Pattern } from "./pattern.ts";
import type { Matcher, PatternProgram } from "./program.ts";
import { createTestState } from "../state.testkit.ts";
import { ALARM, alarm } from "../../../core/budget.ts";
import type { LuaValue } from "../../../core/value.ts";

const state = createTestState();

const strategies: Record<string, (program: PatternProgram) => Matcher> = {
  interpreted: interpretMatcher,
  generated: (program) => {
    const matcher = generateMatcher(program);
    if (matcher === undefined) throw new Error("this pattern gets no code");
    return matcher;
  },
};

/** As `find` of a pattern with specials, by one strategy from the first search on. */
// eslint-disable-next-line max-params -- what to do, with what, where, and who watches
function findBy(strategy: string, subject: string, source: string, from = 0, within = state) {
  return within.call(() => {
    const program = parsePattern(source, true);
    const makeMatcher = strategies[strategy] as (program: PatternProgram) => Matcher;
    const pattern = new Pattern(program, undefined, makeMatcher(program));
    const start = pattern.search(subject, from);
    if (start < 0) return undefined;
    return pattern.appendCaptures(subject, [start + 1, pattern.end]);
  });
}

/** Cases that `find` leaves to the patterns: with a special character, and without an offset. */
const cases = [...findCases, ...malformedCases].filter(
  ([values]) => values.length === 2 && /[$*+?.([%^-]/.test(values[1]),
);

describe.each(Object.keys(strategies))("%s", (strategy) => {
  test.each(cases)("%j", ([subject, source], outcome) => {
    expect(findBy(strategy, subject, source)).toEqual(outcome);
  });

  test("starts at an offset, and looks back from there", () => {
    expect(findBy(strategy, "aab", "^a", 1)).toEqual([2, 2]);
    expect(findBy(strategy, "aab", "^b", 1)).toEqual([undefined]);
    expect(findBy(strategy, "abc", "%f[%w]%w", 1)).toEqual([undefined]);
    expect(findBy(strategy, "abc", "%f[%z]", 3)).toEqual([4, 3]);
  });

  test("gives back one by one across many repetitions", () => {
    const subject = `${"a".repeat(12)}b`;
    expect(findBy(strategy, subject, `${"a*".repeat(5)}ab`)).toEqual([1, 13]);
    expect(findBy(strategy, subject, `${"a-".repeat(5)}ab`)).toEqual([1, 13]);
    expect(findBy(strategy, subject, `${"a?".repeat(5)}(a-)b$`)).toEqual([1, 13, "aaaaaaa"]);
  });

  test.each([
    // Where a match may begin, and where a repetition gives back.
    ["a*ab", 4 + 4 + 3 + 2],
    ["a-ab", 4 + 4 + 3 + 2],
    ["^a*ab", 4],
    ["%b()", 4],
    // Where the run ends there is no `b`, and so for all later beginnings.
    ["a*b", 1],
    ["[ab]a*c", 4],
  ])("%s looks whether it is to be stopped", (source, leastCount) => {
    let count = 0;
    const watched = createTestState("luajit", () => {
      count++;
      return false;
    });
    alarm[ALARM.raised] = 1;
    try {
      expect(findBy(strategy, "aaaaa", source, 0, watched)).toEqual([undefined]);
    } finally {
      alarm[ALARM.raised] = 0;
    }
    expect(count).toBeGreaterThanOrEqual(leastCount);
  });

  test("searches long subjects without recursion", () => {
    const subject = `${"a".repeat(100_000)}b`;
    expect(findBy(strategy, subject, "^a-b")).toEqual([1, 100_001]);
    expect(findBy(strategy, subject, "^.*b")).toEqual([1, 100_001]);
    expect(findBy(strategy, `(${subject})`, "%b()")).toEqual([1, 100_003]);
  });
});

describe("a pattern is too complex", () => {
  const complex = { error: "pattern too complex" };
  const subject = "a".repeat(300);

  test.each(["a*", "a-"])("from 200 %s on", (item) => {
    expect(state.first("find", subject, item.repeat(199))).toBe(1);
    expect(state.call("find", subject, item.repeat(200))).toEqual(complex);
  });

  test("only as far as optional items are there", () => {
    expect(state.first("find", subject, "a?".repeat(199))).toBe(1);
    expect(state.call("find", subject, "a?".repeat(200))).toEqual(complex);
    expect(state.first("find", "", "a?".repeat(500))).toBe(1);
  });

  test("counting captures, but not single characters", () => {
    expect(state.call("find", subject, `${"a?".repeat(190)}${"()".repeat(10)}`)).toEqual(complex);
    expect(state.first("find", subject, `${"a?".repeat(189)}${"()".repeat(10)}`)).toBe(1);
    expect(state.first("find", "a".repeat(5000), `${"a".repeat(4000)}a-`)).toBe(1);
  });
});

test("code is generated once a pattern is used often", () => {
  const generate = jest.fn(generateMatcher);
  const pattern = new Pattern(parsePattern("(%d+)", true), generate);
  for (let turn = 0; turn < 100; turn++) expect(pattern.search("ab 12", 0)).toBe(3);
  expect(generate).toHaveBeenCalledTimes(1);
  expect(pattern.capture("ab 12", 0)).toBe("12");
});

test("code is generated at once for a long subject", () => {
  const generate = jest.fn(generateMatcher);
  const pattern = new Pattern(parsePattern("%d", true), generate);
  expect(pattern.search(`${"a".repeat(10_000)}1`, 0)).toBe(10_000);
  expect(generate).toHaveBeenCalledTimes(1);
});

test("a host without generated code has the same patterns", () => {
  expect(mayGenerateCode()).toBe(true);
  const pattern = new Pattern(parsePattern("(%d+)", true), undefined);
  for (let turn = 0; turn < 100; turn++) expect(pattern.search("ab 12", 0)).toBe(3);
});

test("a pattern is parsed once", () => {
  expect(findPattern("%d+%s")).toBe(findPattern("%d+%s"));
});

/** Deterministic, so that a failure comes back. */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * limit);
  };
}

test("both strategies agree on random patterns", () => {
  const random = randomNumbers(42);
  const pick = (words: readonly string[]) => words[random(words.length)] as string;
  const singles = ["a", "b", ".", "%a", "%d", "[^a]", "[ab]"];
  const others = ["(a)", "(%a-)", "()", "(.*)", "%b()", "%f[%a]", "%1"];
  const text = (words: readonly string[], count: number) =>
    Array.from({ length: count }, () => pick(words)).join("");
  let matchCount = 0;
  for (let turn = 0; turn < 800; turn++) {
    let source = pick(["", "", "^"]);
    for (let count = random(5); count >= 0; count--) {
      source += random(3) > 0 ? pick(singles) + pick(["", "", "*", "+", "-", "?"]) : pick(others);
    }
    source += pick(["", "", "$"]);
    const subject = text(["a", "b", "(", ")", "1", " "], random(10));
    const expected: readonly LuaValue[] | { error: LuaValue } = findBy(
      "interpreted",
      subject,
      source,
    );
    expect([source, subject, findBy("generated", subject, source)]).toEqual([
      source,
      subject,
      expected,
    ]);
    if (!("error" in expected) && expected[0] !== undefined) matchCount++;
  }
  expect(matchCount).toBeGreaterThan(250);
});
