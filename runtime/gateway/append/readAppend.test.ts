import { RequestError } from "../errors.ts";
import { readAppend } from "./readAppend.ts";

function problemOf(body: string): string {
  try {
    readAppend(body);
  } catch (thrown) {
    if (thrown instanceof RequestError && thrown.status === 400) return thrown.message;
    throw thrown;
  }
  throw new Error("nothing was thrown");
}

test("entries, in their order, with values as they were written", () => {
  const body = '{"entries": {"2": 1.0, "1": [9007199254740993], "__proto__": null}, "topic": "t"}';
  expect(readAppend(body)).toEqual({
    topic: "t",
    events: [
      { key: "2", value: "1.0" },
      { key: "1", value: "[9007199254740993]" },
      { key: "__proto__", value: "null" },
    ],
    options: {},
  });
});

test("a list, and options", () => {
  const body = `{
    "topic": "\\u00fc",
    "events": [{"value": {"a": 1}, "key": "k"}, {"key": "k", "value": false}],
    "idempotencyKey": "i",
    "headers": {"__proto__": "x", "y": ""}
  }`;
  const append = readAppend(body);
  expect(append).toMatchObject({
    topic: "ü",
    events: [
      { key: "k", value: '{"a": 1}' },
      { key: "k", value: "false" },
    ],
    options: { idempotencyKey: "i" },
  });
  expect(Object.entries(append.options.headers ?? {})).toEqual([
    ["__proto__", "x"],
    ["y", ""],
  ]);
});

test.each(['{"topic":"t","entries":{}}', '{"topic":"t","events":[]}'])(
  "%s has no events",
  (body) => {
    expect(readAppend(body).events).toEqual([]);
  },
);

test.each([
  ["[]", "the body must be an object"],
  ["null", "the body must be an object"],
  ["{}", "the body has no 'topic'"],
  ['{"topic":"t"}', /^the body has no events: "entries": {key: value} or "events"/],
  ['{"topic":1,"entries":{}}', "'topic' must be a string"],
  ['{"topic":"t","topic":"u","entries":{}}', "the body has 'topic' twice"],
  ['{"topic":"t","entries":{},"entries":{}}', "the body has 'entries' twice"],
  ['{"topic":"t","entries":[]}', "'entries' must be an object of keys and values"],
  [
    '{"topic":"t","entries":{"a":1,"\\u0061":2}}',
    `'entries' has the key 'a' twice: use "events": [{"key": ..., "value": ...}]`,
  ],
  ['{"topic":"t","entries":{},"events":[]}', /^the body has both 'entries' and 'events'/],
  ['{"topic":"t","events":{}}', /^'events' must be a list/],
  ['{"topic":"t","events":[{"key":"a","value":1},2]}', "entry 2 of 'events' must be an object"],
  ['{"topic":"t","events":[{"value":1}]}', "entry 1 of 'events' has no 'key'"],
  ['{"topic":"t","events":[{"key":"a"}]}', "entry 1 of 'events' has no 'value'"],
  [
    '{"topic":"t","events":[{"key":7,"value":1}]}',
    "the 'key' of entry 1 of 'events' must be a string",
  ],
  [
    '{"topic":"t","events":[{"key":"a","value":1,"headers":{}}]}',
    "entry 1 of 'events' has an unknown 'headers' (known: key, value)",
  ],
  ['{"topic":"t","__proto__":{}}', /^the body has an unknown '__proto__' \(known: topic, entries/],
  ['{"topic":"t","entries":{},"idempotencyKey":1}', "'idempotencyKey' must be a string"],
  ['{"topic":"t","entries":{},"headers":[]}', "'headers' must be an object of texts"],
  ['{"topic":"t","entries":{},"headers":{"a":1}}', "the header 'a' must be a string"],
  ['{"topic":"t","entries":{},"headers":{"a":"","a":""}}', "'headers' has 'a' twice"],
  ['{"topic":"t","entries":{}} x', /^invalid JSON body: unexpected text behind the value/],
])("%s is refused", (body, problem) => {
  if (typeof problem === "string") expect(problemOf(body)).toBe(problem);
  else expect(problemOf(body)).toMatch(problem);
});
