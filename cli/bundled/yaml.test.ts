/** What a bundle reads without a parser must be what the parser makes of it. */
import { isDeepStrictEqual } from "node:util";
import * as parser from "yaml";
import { isMap, isScalar, isSeq, parseDocument } from "./yaml.ts";

interface Node {
  readonly value?: unknown;
  readonly items?: readonly unknown[];
}

/** Whether it was read without the parser, which is not beside this file. */
function readsPlainly(text: string): unknown {
  try {
    return (parseDocument(text) as { contents: unknown }).contents;
  } catch {
    return undefined;
  }
}

function plainOf(node: unknown): unknown {
  if (isScalar(node)) return (node as Node).value;
  const items = (node as Node).items ?? [];
  if (isSeq(node)) return items.map(plainOf);
  if (!isMap(node)) throw new Error("no node");
  const pairs = items as { key: unknown; value: unknown }[];
  return Object.fromEntries(pairs.map(({ key, value }) => [plainOf(key), plainOf(value)]));
}

const PIECES = [
  ..."abnNtTefFxo019.-+_:/@%,=~?&$()#!*'\"{}[]|> \n\t\\",
  "null",
  "true",
  "False",
  "0x1F",
  "0o17",
  "1e3",
  ".inf",
  ".NaN",
  "2024-01-01",
  "postgres://u:p@h:5432/d?sslmode=require",
];

/** The same ones at each run. */
function* texts(): Generator<string> {
  for (const first of PIECES) {
    yield first;
    for (const second of PIECES) {
      yield first + second;
      for (const third of PIECES.slice(0, 40)) yield first + second + third;
    }
  }
}

test("plain values are what the parser makes of them", () => {
  const wrong: string[] = [];
  let plainCount = 0;
  for (const text of texts()) {
    const node = readsPlainly(text);
    if (node === undefined) continue;
    plainCount++;
    const document = parser.parseDocument(text);
    const expected: unknown = document.toJS();
    const isSame = Object.is(plainOf(node), expected) || isDeepStrictEqual(plainOf(node), expected);
    if (document.errors.length > 0 || !isSame) wrong.push(text);
  }
  expect(wrong).toEqual([]);
  expect(plainCount).toBeGreaterThan(5000);
});

test.each([
  "production",
  "3000",
  "0.0.0.0",
  "false",
  "null",
  "10mb",
  "30s",
  "users",
  "127.0.0.1:9065",
  "postgres://user:secret@db.example:5432/shop?sslmode=require",
  '{"port":3000,"hosts":["a","b"],"nested":{"x":null}}',
  '["10.0.0.0/8","loopback"]',
  '"a text: with # signs"',
])("%s needs no parser", (text) => {
  expect(plainOf(readsPlainly(text))).toEqual(parser.parse(text));
});

test.each(["- a", "a: b", "a b", "1.5", '{"a":1,"a":2}', '{"b":1,"1":2}', "[a, b]", "*x", "a:"])(
  "%s is for the parser",
  (text) => {
    expect(readsPlainly(text)).toBeUndefined();
  },
);
