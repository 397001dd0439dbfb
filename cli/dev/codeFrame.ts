/** The lines of a file around a place, for people. */
import { SourceText } from "../../compiler/index.ts";
import { fromBytes } from "../bytes.ts";
import { printable } from "../printable.ts";
import type { Style } from "../style.ts";

/** A place in a file of the project. */
export interface Mark {
  /** From the root. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The part of the line that is meant, in bytes; `undefined` for all of it. */
  readonly span?: { readonly column: number; readonly sizeBytes: number } | undefined;
}

export interface CodeFrame {
  readonly mark: Mark;
  readonly lines: readonly FrameLine[];
}

export interface FrameLine {
  /** From 1. */
  readonly number: number;
  /** Without control characters; tabs are spaces. */
  readonly text: string;
  readonly isMarked: boolean;
  /** The characters (from 0) of `text` that are meant. */
  readonly underline: { readonly start: number; readonly end: number } | undefined;
}

const TAB = "    ";

/**
 * The frame of a place; `undefined` when the file has no such line.
 *
 * @param bytes Of the file.
 * @param reach How many lines before and after it belong to the frame.
 */
export function codeFrame(bytes: string, mark: Mark, reach: number): CodeFrame | undefined {
  const source = new SourceText(bytes, "", "");
  const lineCount = source.lineAt(source.text.length);
  if (mark.line < 1 || mark.line > lineCount) return undefined;
  const lines: FrameLine[] = [];
  const last = Math.min(mark.line + reach, lineCount);
  for (let number = Math.max(1, mark.line - reach); number <= last; number++) {
    const { start, end } = source.lineSpan(number);
    const lineBytes = source.text.slice(start, end);
    const isMarked = number === mark.line;
    const underline = isMarked ? underlineOf(lineBytes, mark) : undefined;
    lines.push({ number, text: shown(lineBytes), isMarked, underline });
  }
  // The line after the last line break is empty, and no line for people.
  while (lines.length > 1 && lines.at(-1)?.text === "" && lines.at(-1)?.isMarked === false) {
    lines.pop();
  }
  return { mark, lines };
}

function underlineOf(lineBytes: string, { span }: Mark): FrameLine["underline"] {
  if (span === undefined) return undefined;
  const start = shown(lineBytes.slice(0, span.column)).length;
  const length = shown(lineBytes.slice(span.column, span.column + span.sizeBytes)).length;
  return { start, end: start + Math.max(1, length) };
}

function shown(bytes: string): string {
  return printable(fromBytes(bytes).replaceAll("\t", TAB));
}

/** How much of a long line a terminal shows, and how much of that before what is meant. */
const MAX_CHARACTERS = 120;
const MAX_BEFORE = 60;

/**
 * A frame as a terminal shows it:
 *
 *       1 | return function(args)
 *     > 2 |   return args.a.b
 *       3 | end
 */
export function formatFrame({ lines }: CodeFrame, style: Style): string[] {
  const width = String(lines.at(-1)?.number ?? 0).length;
  return lines.flatMap((line) => {
    const { isMarked, underline } = line;
    const number = String(line.number).padStart(width);
    const { text, from } = excerpt(line);
    const gutter = `${isMarked ? ">" : " "} ${number} |`;
    const space = text === "" ? "" : " ";
    if (!isMarked) return [style.dim(`${gutter}${space}${text}`)];
    const row = `${style.red(gutter)}${space}${text}`;
    if (underline === undefined) return [row];
    const length = Math.min(underline.end - underline.start, MAX_CHARACTERS);
    const carets = " ".repeat(underline.start - from) + "^".repeat(length);
    return [row, style.red(`${" ".repeat(width + 2)} | ${carets}`)];
  });
}

/** A part of a long line, and the character at which it begins. */
function excerpt({ text, underline }: FrameLine): { text: string; from: number } {
  if (text.length <= MAX_CHARACTERS) return { text, from: 0 };
  const from = Math.max(0, Math.min((underline?.start ?? 0) - MAX_BEFORE, text.length - 1));
  return { text: text.slice(from, from + MAX_CHARACTERS), from };
}
