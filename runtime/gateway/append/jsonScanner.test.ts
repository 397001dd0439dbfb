import { RequestError } from "../errors.ts";
import { JsonScanner } from "./jsonScanner.ts";

/** The text of the only value. */
function rawOf(text: string): string {
  const json = new JsonScanner(text);
  const raw = json.raw();
  json.end();
  return raw;
}

function problemOf(text: string): string | undefined {
  try {
    rawOf(text);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof RequestError) return thrown.message;
    throw thrown;
  }
}

test.each([
  ["9007199254740993"],
  ["-0"],
  ["1.10"],
  ["1E+400"],
  ['{"b":1,"a":2,"b":3,"__proto__":{}}'],
  ['"\\ud83d\\ude00 \\u00fc \\/ \u{1f600}"'],
  ['[ {}, [ ], "}]", "\\"]" ]'],
])("%s stays as it is", (text) => {
  expect(rawOf(`\t${text} \r\n`)).toBe(text);
});

test("a value is one line", () => {
  expect(rawOf('{\n  "a": [\r\n1 ]\n}')).toBe('{   "a": [ 1 ] }');
});

test.each([
  ["", "expected a value at character 1"],
  ["  ", "expected a value at character 3"],
  ["[1 2]", "expected ',' or ']' at character 4"],
  ['{"a"}', "expected ':' at character 5"],
  ['{"a":1,}', "expected a string at character 8"],
  ["{a:1}", "expected a string at character 2"],
  ["[01]", "expected ',' or ']' at character 3"],
  ["1 1", "unexpected text behind the value at character 3"],
  ["NaN", "expected a value at character 1"],
  ['"a', "a string has no end at character 3"],
  ['"a\n"', "control character in a string at character 3"],
  ['"\\x"', "invalid escape in a string at character 2"],
  ['"\\ud800"', "invalid escape in a string at character 2"],
  ['"\\ud800\\ud800"', "invalid escape in a string at character 2"],
  ['"\\udc00\\ud800"', "invalid escape in a string at character 2"],
])("%s is refused", (text, problem) => {
  expect(problemOf(text)).toBe(`invalid JSON body: ${problem}`);
});

test.each(["[", '{"":'])("more than 1000 levels of %s are refused", (open) => {
  const problem = /^invalid JSON body: more than 1000 levels of nesting at character \d+$/;
  expect(problemOf(open.repeat(1001))).toMatch(problem);
  expect(problemOf(open.repeat(10_000_000))).toMatch(problem);
});

test("1000 levels, long strings, numbers and spaces are read", () => {
  for (const text of [
    `${"[".repeat(1000)}${"]".repeat(1000)}`,
    `"${"\\\\".repeat(2_000_000)}"`,
    "1".repeat(4_000_000),
    `[${" ".repeat(4_000_000)}]`,
  ]) {
    expect(rawOf(text)).toHaveLength(text.length);
  }
});

test("takes what JSON.parse takes, and nothing else", () => {
  const random = randomNumbers(20261123);
  const pick = <Item>(items: readonly Item[]): Item =>
    items[Math.floor(random() * items.length)] as Item;
  const seeds = [
    '{"topic":"users","entries":{"a\\u00e9":[1,-2.5e+10,true,null],"":{"b":"c\\n"}}}',
    '[0,-0,1e5,1.5E-3,"\\\\\\"",{},[],[[]],false]',
  ];
  const pieces = [
    ...'{}[]",:\\ue0123.-+E \n\t\0x'.split(/(?:)/),
    "true",
    "nul",
    "\\u12",
    '\\"',
    "\u{1f600}",
  ];
  let taken = 0;
  for (let turn = 0; turn < 20_000; turn++) {
    let text = pick(seeds);
    for (let change = pick([0, 1, 1, 2]); change > 0; change--) {
      const at = Math.floor(random() * (text.length + 1));
      text = text.slice(0, at) + pick(["", ...pieces]) + text.slice(at + pick([0, 1, 2]));
    }
    // Cutting one in halves is not about JSON.
    if (/\p{Surrogate}/u.test(text)) continue;
    const isTaken = problemOf(text) === undefined;
    expect([text, isTaken]).toEqual([text, isJson(text)]);
    if (isTaken) {
      taken++;
      expect(JSON.parse(rawOf(text))).toEqual(JSON.parse(text));
    }
  }
  expect(taken).toBeGreaterThan(2000);
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** From 0 up to 1; the same ones each time (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
