import { jsonMembers } from "./jsonMembers.ts";

test.each([
  ["{}", {}],
  [" { } ", {}],
  ['{"a":1}', { a: "1" }],
  [
    '{ "a" : 12345678901234567890 , "b":[1, {"c":"}"}], "c":{}}',
    {
      a: "12345678901234567890",
      b: '[1, {"c":"}"}]',
      c: "{}",
    },
  ],
  ['{"quo\\"te:":"\\\\","x":",\\"{"}', { 'quo"te:': '"\\\\"', x: '",\\"{"' }],
  ['{"\\u0061":1,"a":2.50}', { a: "2.50" }],
  ['{"__proto__":1}', JSON.parse('{"__proto__":"1"}')],
])("%s", (text, members) => {
  expect(Object.fromEntries(jsonMembers(text) ?? [])).toEqual(members);
});

test.each(["[]", "1", "null", '"{}"'])("%s is no object", (text) => {
  expect(jsonMembers(text)).toBeUndefined();
});

test("what is no JSON is refused", () => {
  expect(() => jsonMembers('{"a":}')).toThrow(SyntaxError);
});
