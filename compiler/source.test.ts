import { SourceText } from "./source.ts";

const sourceOf = (text: string): SourceText => new SourceText(text, "=x", "x");

describe("SourceText", () => {
  test("finds lines in any order", () => {
    const source = sourceOf("a\nb\r\nc\rd\n\re\r\rf\n");
    const lines = [1, 1, 2, 2, 2, 3, 3, 4, 4, 4, 5, 5, 6, 7, 7];
    const offsets = lines.map((_, offset) => offset);
    for (const order of [offsets, [...offsets].reverse(), [14, 0, 8, 9, 3, 12, 1, 5]]) {
      expect(order.map((offset) => source.lineAt(offset))).toEqual(
        order.map((offset) => lines[offset]),
      );
    }
  });

  test("the offset behind the last character is on the last line", () => {
    expect(sourceOf("").lineAt(0)).toBe(1);
    expect(sourceOf("a\n").lineAt(2)).toBe(2);
  });

  test("gives columns and whole lines", () => {
    const source = sourceOf("one\r\n two\n");
    expect(source.columnAt(6)).toBe(2);
    expect(source.lineSpan(2)).toEqual({ start: 5, end: 9 });
    expect(source.lineSpan(3)).toEqual({ start: 10, end: 10 });
    expect(source.lineSpan(9)).toEqual({ start: 10, end: 10 });
  });

  test.each([
    ["#!/usr/bin/lua\nx = 1", "              \nx = 1", 15],
    ["# only this", "           ", 11],
    ["\xef\xbb\xbfx = 1", "   x = 1", 3],
    ["\xef\xbb\xbf#a\r\nx", "     \r\nx", 7],
    ["x = 1\n#t", "x = 1\n#t", 0],
  ])("blanks the header of %j", (text, blanked, start) => {
    expect(sourceOf(text)).toMatchObject({ text: blanked, programStart: start });
  });
});
