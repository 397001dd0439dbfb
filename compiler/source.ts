import type { Span } from "./ast.ts";

/** A chunk of Lua source: its bytes, its name, and where its lines begin. */
export class SourceText {
  /**
   * One char per byte. A UTF-8 byte order mark and a first line that starts with `#` are blanked
   * (manual 6), so that offsets and lines stay those of the file.
   */
  readonly text: string;
  /** As given to `load`: "@file", "=name" or the source text. */
  readonly chunkName: string;
  /** How messages name the chunk: "file", "name" or `[string "..."]`. */
  readonly shortName: string;
  /** Where the program begins, behind what is blanked. */
  readonly programStart: number;
  private lineStarts: readonly number[] | undefined = undefined;
  /** The line found last: most questions are about the same line or the next one. */
  private lastLine = 1;

  constructor(text: string, chunkName: string, shortName: string) {
    const mark = text.startsWith("\xef\xbb\xbf") ? 3 : 0;
    const header = shellLineEnd(text, mark);
    this.text = header === 0 ? text : " ".repeat(header) + text.slice(header);
    this.programStart = header === mark ? mark : header + lineBreakLength(text, header);
    this.chunkName = chunkName;
    this.shortName = shortName;
  }

  /** The line (from 1) of a byte offset. */
  lineAt(offset: number): number {
    const starts = (this.lineStarts ??= findLineStarts(this.text));
    let low = this.lastLine;
    let high = starts.length;
    if (offset < (starts[low - 1] ?? 0)) {
      high = low;
      low = 0;
    } else if (offset < (starts[low] ?? Infinity)) {
      return low;
    } else if (offset < (starts[low + 1] ?? Infinity)) {
      return (this.lastLine = low + 1);
    }
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? Infinity) <= offset) low = middle + 1;
      else high = middle;
    }
    return (this.lastLine = low);
  }

  /** The column (from 1) of a byte offset, in bytes. */
  columnAt(offset: number): number {
    return offset - this.lineSpan(this.lineAt(offset)).start + 1;
  }

  /** Where a line (from 1) is, its line break excluded; empty for a line that does not exist. */
  lineSpan(line: number): Span {
    const starts = (this.lineStarts ??= findLineStarts(this.text));
    const start = starts[line - 1] ?? this.text.length;
    let end = starts[line] ?? this.text.length;
    while (end > start && isLineBreak(this.text.charCodeAt(end - 1))) end--;
    return { start, end };
  }
}

/** The end of a line for the shell that starts the file. @param start Where it is, if there is one. */
function shellLineEnd(text: string, start: number): number {
  if (text.charCodeAt(start) !== 35) return start;
  let end = start;
  while (end < text.length && !isLineBreak(text.charCodeAt(end))) end++;
  return end;
}

/** Lines end with \n, \r, \r\n or \n\r, as for Lua's lexer. */
function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let offset = 0; offset < text.length; offset++) {
    const length = lineBreakLength(text, offset);
    if (length === 0) continue;
    starts.push(offset + length);
    offset += length - 1;
  }
  return starts;
}

/** 0 where no line ends. */
function lineBreakLength(text: string, offset: number): number {
  const char = text.charCodeAt(offset);
  if (!isLineBreak(char)) return 0;
  const next = text.charCodeAt(offset + 1);
  return isLineBreak(next) && next !== char ? 2 : 1;
}

function isLineBreak(char: number): boolean {
  return char === 10 || char === 13;
}
