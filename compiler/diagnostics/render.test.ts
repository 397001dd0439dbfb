import { SourceText } from "../source.ts";
import { createDiagnostic, type Diagnostic } from "./diagnostic.ts";
import { renderDiagnostic } from "./render.ts";

function at(source: SourceText, marked: string): Diagnostic {
  const start = source.text.indexOf(marked);
  const span = { start, end: start + marked.length };
  const details = { expected: "then", near: marked };
  return createDiagnostic("expected-token", details, span, source.lineAt(start));
}

const sourceOf = (text: string): SourceText => new SourceText(text, "@app/x.lua", "app/x.lua");

function shown(text: string, marked: string): string {
  const source = sourceOf(text);
  return renderDiagnostic(at(source, marked), source);
}

test("shows the place in the source line", () => {
  expect(shown("\n\nif a = 1 then\n", "=")).toBe(
    [
      "app/x.lua:3: 'then' expected near '='",
      "  3 | if a = 1 then",
      "    |      ^",
      "hint: '=' assigns; write '==' to compare",
    ].join("\n"),
  );
});

test("keeps tabs and counts UTF-8 characters, so that the carets stand below", () => {
  expect(shown("\tlocal \xc3\xa4 = '\xe2\x82\xac' wrong", "wrong").split("\n").slice(1)).toEqual([
    "  1 | \tlocal \xc3\xa4 = '\xe2\x82\xac' wrong",
    "    | \t              ^^^^^",
  ]);
});

test("cuts long lines, but no character", () => {
  const source = `x = '${"\xc3\xa4".repeat(200)}' wrong ${"y".repeat(200)}`;
  const [, line = "", carets = ""] = shown(source, "wrong").split("\n");
  expect(line.length).toBeLessThan(140);
  expect(line).toMatch(/^ {2}1 \| \.\.\.(?:\xc3\xa4)+' wrong y+\.\.\.$/);
  const column = carets.indexOf("^");
  expect(line.replaceAll("\xc3\xa4", "a").slice(column, column + 5)).toBe("wrong");
});

test("lets no control character through to the terminal", () => {
  expect(shown("x = '\x1b[31m' wrong\x07", "wrong")).not.toMatch(/[\x00-\x08\x0b-\x1f]/);
});

test("shows no line when there is none", () => {
  const source = sourceOf("");
  const diagnostic = createDiagnostic(
    "unexpected-symbol",
    { near: "<eof>" },
    { start: 0, end: 0 },
    1,
  );
  expect(renderDiagnostic(diagnostic, source)).toBe(
    [
      "app/x.lua:1: unexpected symbol near '<eof>'",
      "hint: the source ends in the middle of a statement",
    ].join("\n"),
  );
});
