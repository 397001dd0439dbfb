import { longStringValue, readQuotedString } from "./strings.ts";

describe("the value of a literal", () => {
  test.each([
    ["'plain'", "plain"],
    ['""', ""],
    ["'say \"hi\"'", 'say "hi"'],
    [String.raw`'\a\b\f\n\r\t\v\\\'\"'`, "\x07\b\f\n\r\t\v\\'\""],
    [String.raw`'\0\65\0651\255'`, "\0AA1\xff"],
    [String.raw`'\x41\xfF'`, "A\xff"],
    [String.raw`'\u{41}\u{7FF}\u{FFFF}\u{10FFFF}'`, "A\xdf\xbf\xef\xbf\xbf\xf4\x8f\xbf\xbf"],
    ["'a\\\nb\\\r\nc\\\rd\\\n\re'", "a\nb\nc\nd\ne"],
    ["'a\\z  \n\t \r\n b'", "ab"],
    ["'\xe9\xff'", "\xe9\xff"],
  ])("resolves the escapes of %j", (literal, bytes) => {
    expect(readQuotedString(literal, 0)).toMatchObject({ value: bytes, fault: undefined });
  });

  test.each([
    ["[[]]", ""],
    ["[[a]b]]", "a]b"],
    ["[=[a]]b]=]", "a]]b"],
    ["[==[\nfirst line break goes\n]==]", "first line break goes\n"],
    ["[[\r\na\rb\n\rc\r\n]]", "a\nb\nc\n"],
    ["[[\n\na]]", "\na"],
    [String.raw`[[\n]]`, String.raw`\n`],
  ])("reads the long string %j", (literal, bytes) => {
    expect(longStringValue(literal, 0, literal.length)).toBe(bytes);
  });
});

describe("readQuotedString", () => {
  test.each([
    [String.raw`'ab\q'`, "invalid-escape", "ab"],
    [String.raw`'\x4g'`, "invalid-escape", ""],
    [String.raw`'\256'`, "invalid-escape", ""],
    [String.raw`'\u{110000}'`, "invalid-escape", ""],
    [String.raw`'\u{d800}'`, "invalid-escape", ""],
    [String.raw`'\u{}'`, "invalid-escape", ""],
    [String.raw`'\u41'`, "invalid-escape", ""],
    ["'ab\nc'", "unfinished", "ab"],
    ["'ab", "end-of-source", "ab"],
    ["'ab\\", "end-of-source", "ab"],
    ["'ab\"", "end-of-source", 'ab"'],
  ])("finds the fault of %j", (literal, fault, before) => {
    expect(readQuotedString(literal, 0)).toMatchObject({ fault, value: before });
  });

  test("counts the line breaks in a string and stops behind its quote", () => {
    const text = "x = 'a\\\n\\z\n\n\\\r\nb' .. 'c'";
    expect(readQuotedString(text, 4)).toEqual({
      value: "a\n\nb",
      end: text.indexOf(" .."),
      lineBreaks: 4,
      fault: undefined,
    });
  });
});
