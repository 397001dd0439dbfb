import { PassThrough } from "node:stream";
import { styleFor } from "../style.ts";
import { codeFrame, formatFrame, type Mark } from "./codeFrame.ts";

const plain = styleFor(new PassThrough(), {});

function format(bytes: string, mark: Omit<Mark, "file">, reach = 1): string[] | undefined {
  const frame = codeFrame(bytes, { file: "app/x.lua", ...mark }, reach);
  return frame === undefined ? undefined : formatFrame(frame, plain);
}

const TEN = Array.from({ length: 10 }, (_, index) => `line ${String(index + 1)}\n`).join("");

test("lines around the marked one, numbers aligned", () => {
  expect(format(TEN, { line: 9 })).toEqual(["   8 | line 8", ">  9 | line 9", "  10 | line 10"]);
});

test("carets below what is meant; tabs and UTF-8 before it count as they are seen", () => {
  const bytes = '\tlocal s = "\u00c3\u00a4\u00c3\u00b6" x y\n';
  const column = bytes.indexOf("y");
  expect(format(bytes, { line: 1, span: { column, sizeBytes: 1 } })).toEqual([
    '> 1 |     local s = "äö" x y',
    "    |                      ^",
  ]);
});

test("a mark behind the end of a line has a caret there", () => {
  expect(format("f(\n", { line: 1, span: { column: 2, sizeBytes: 0 } })).toEqual([
    "> 1 | f(",
    "    |   ^",
  ]);
});

test.each([["\n"], ["\r\n"], ["\n\r"], ["\r"]])("lines end with %j", (end) => {
  expect(format(`a${end}b${end}c${end}`, { line: 2 })).toEqual(["  1 | a", "> 2 | b", "  3 | c"]);
});

test("a place that does not exist has no frame", () => {
  expect(format(TEN, { line: 12 })).toBeUndefined();
  expect(format(TEN, { line: 0 })).toBeUndefined();
  expect(format("", { line: 1 })).toEqual(["> 1 |"]);
});

test("control characters do nothing, long lines are cut around what is meant", () => {
  expect(format("a\u001b[31mb", { line: 1 })).toEqual(["> 1 | a\\u001b[31mb"]);
  const long = `${"x".repeat(500)}!${"y".repeat(500)}`;
  const [row = "", carets = ""] =
    format(long, { line: 1, span: { column: 500, sizeBytes: 1 } }) ?? [];
  expect(row).toHaveLength("> 1 | ".length + 120);
  expect(row[carets.indexOf("^")]).toBe("!");
});
