/**
 * Emitted code for people: in front of what stems from a Lua line, that line as a comment; what a function
 * captures; long lists of names on several lines. Only comments and white space are added.
 *
 *     var $make2 = (count, Point) => function M_create(x, y) {
 *       // vec.lua:11-14, captures count (boxed), Point
 *       ...
 *         // 12: count = count + 1
 *         $1 = count.v;
 */
import type { FunctionDescription, PrintedScript, SourceText } from "../../compiler/index.ts";
import { fromBytes } from "../bytes.ts";
import { printable, shorten } from "../printable.ts";
import { captureText } from "./captureText.ts";
import { readMarkedLines, type EmittedLine } from "./emittedLines.ts";

const MAX_LUA_LENGTH = 100;
const MAX_LINE_LENGTH = 100;

export interface ReadableOptions {
  readonly source: SourceText;
  /** All functions of the module. */
  readonly functions: readonly FunctionDescription[];
  /** The indexes of those to show; everything when absent. */
  readonly shown?: ReadonlySet<number> | undefined;
}

/** @returns Lines of text, no longer of bytes. */
export function readableCode(marked: PrintedScript, options: ReadableOptions): string[] {
  const { source, functions, shown } = options;
  const byIndex = new Map(functions.map((described) => [described.index, described]));
  const lines: string[] = [];
  let functionIndex: number | undefined;
  let explained = 0;
  for (const line of readMarkedLines(marked)) {
    if (shown !== undefined && !shown.has(line.functionIndex ?? -1)) continue;
    if (functionIndex !== line.functionIndex) {
      if (lines.length > 0) lines.push("");
      functionIndex = line.functionIndex;
      explained = 0;
    }
    if (line.isStatement && line.line !== explained && !isClosing(line)) {
      explained = line.line;
      const indent = " ".repeat(line.text.search(/\S|$/));
      const original = luaLine(source, line.line);
      // Behind the last line of the file there is an end as well.
      if (original !== "") lines.push(`${indent}// ${String(line.line)}: ${original}`);
    }
    const text = printable(fromBytes(line.text));
    const described = byIndex.get(functionIndex ?? -1);
    const isPlace = described !== undefined && text.startsWith("  // ");
    lines.push(...wrapList(isPlace ? text + captureNote(described) : text));
  }
  return lines;
}

/** Of a block that began further up. */
function isClosing({ text }: EmittedLine): boolean {
  return /^ *\}/.test(text);
}

function luaLine(source: SourceText, line: number): string {
  const { start, end } = source.lineSpan(line);
  return shorten(printable(fromBytes(source.text.slice(start, end)).trim()), MAX_LUA_LENGTH);
}

/** ", captures a, b (boxed); boxes c" */
function captureNote({ captures, boxed }: FunctionDescription): string {
  const own = boxed.map(({ name }) => name);
  return (
    (captures.length > 0 ? `, captures ${captureText(captures)}` : "") +
    (own.length > 0 ? `; boxes ${own.join(", ")}` : "")
  );
}

const LIST = /^(var \{)(.*)(\} = \$\w+;)$/;

/** The names that a script takes from the runtime, which may be many, on lines of their own. */
function wrapList(text: string): string[] {
  const [, start, names = "", end] = LIST.exec(text) ?? [];
  if (start === undefined || end === undefined || text.length <= MAX_LINE_LENGTH) return [text];
  const lines = [start];
  let line = " ";
  for (const name of names.split(", ")) {
    if (line.length + name.length + 2 > MAX_LINE_LENGTH) {
      lines.push(line);
      line = " ";
    }
    line += ` ${name},`;
  }
  return [...lines, line, end];
}
