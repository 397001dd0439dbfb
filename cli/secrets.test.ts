import { secretHider } from "./secrets.ts";
import { toBytes } from "./bytes.ts";

test("a name takes the place of a value, wherever it is", () => {
  const hide = secretHider([["DB_PASSWORD", "hunter2hunter2"]]);
  expect(hide("no hunter2hunter2, hunter2hunter2!")).toBe("no <DB_PASSWORD>, <DB_PASSWORD>!");
  expect(hide("no hunter2")).toBe("no hunter2");
});

test("values are found in the forms of JSON and of URLs, too", () => {
  const hide = secretHider([["KEY", 'a"b\\c\n d+e/f']]);
  expect(hide(JSON.stringify({ error: 'a"b\\c\n d+e/f' }))).toBe('{"error":"<KEY>"}');
  expect(hide(`?key=${encodeURIComponent('a"b\\c\n d+e/f')}`)).toBe("?key=<KEY>");
});

test("values are no patterns, and texts are bytes", () => {
  const hide = secretHider([
    ["PATTERN", ".*[a-z]+(x)$|\\"],
    ["GRUSS", "grüße-grüße"],
  ]);
  expect(hide("anything at all")).toBe("anything at all");
  expect(hide("<.*[a-z]+(x)$|\\>")).toBe("<<PATTERN>>");
  expect(hide(toBytes("grüße-grüße"))).toBe("<GRUSS>");
});

test("a value that begins another one does not uncover the rest of it", () => {
  const hide = secretHider([
    ["SHORT", "abcdefgh"],
    ["LONG", "abcdefgh-secret"],
  ]);
  expect(hide("abcdefgh-secret abcdefgh")).toBe("<LONG> <SHORT>");
});

test("what is too short to be a secret is left alone", () => {
  expect(secretHider([["MODE", "dev"]])("development")).toBe("development");
});
