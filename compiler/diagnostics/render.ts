/** Diagnostics for people: text with the source line, as a terminal shows it. */
import type { Span } from "../ast.ts";
import type { SourceText } from "../source.ts";
import { type Diagnostic, luaMessage } from "./diagnostic.ts";

/**
 * A diagnostic as a terminal shows it, as a byte string without a line break at its end:
 *
 *     app/x.lua:3: '=' expected near 'y'
 *       3 | local x y
 *         |         ^
 *     hint: a statement is a call or an assignment; an expression alone is none
 */
export function renderDiagnostic(diagnostic: Omit<Diagnostic, "code">, source: SourceText): string {
  const lines = [printable(luaMessage(diagnostic, source))];
  const frame = diagnostic.line === 0 ? undefined : codeFrame(diagnostic.span, source);
  if (frame !== undefined) {
    const number = String(frame.line).padStart(3);
    lines.push(`${number} | ${frame.text}`);
    lines.push(`${" ".repeat(number.length)} | ${frame.indent}${frame.carets}`);
  }
  if (diagnostic.hint !== undefined) lines.push(`hint: ${printable(diagnostic.hint)}`);
  return lines.join("\n");
}

/** A source line with carets below the part that is meant. */
interface CodeFrame {
  readonly line: number;
  readonly text: string;
  readonly indent: string;
  readonly carets: string;
}

/** How much of a long line is shown, and how much of that before the carets. */
const MAX_BYTES = 120;
const MAX_BYTES_BEFORE = 60;

/** `undefined` when there is nothing on the line. */
function codeFrame(span: Span, source: SourceText): CodeFrame | undefined {
  const line = source.lineAt(span.start);
  const all = source.lineSpan(line);
  const { text } = source;
  if (text.slice(all.start, all.end).trim() === "") return undefined;
  const start = Math.min(span.start, all.end);
  const isLong = all.end - all.start > MAX_BYTES;
  const from = isLong
    ? characterStart(text, Math.max(all.start, start - MAX_BYTES_BEFORE))
    : all.start;
  const to = isLong ? characterStart(text, Math.min(all.end, from + MAX_BYTES)) : all.end;
  const marked = text.slice(start, Math.min(span.end, to));
  const prefix = from > all.start ? "..." : "";
  return {
    line,
    text: prefix + printable(text.slice(from, to)) + (to < all.end ? "..." : ""),
    indent: " ".repeat(prefix.length) + blank(text.slice(from, start)),
    carets: "^".repeat(Math.max(1, characters(marked).length)),
  };
}

/** As wide as `text`: a space for each character, tabs as they are. */
function blank(text: string): string {
  return characters(text).replace(/[^\t]/g, " ");
}

/** One byte for each UTF-8 character: those that continue one are left out. */
function characters(text: string): string {
  return text.replace(/[\x80-\xbf]/g, "");
}

/** The offset, or the one before it where the character of this byte begins. */
function characterStart(text: string, offset: number): number {
  let start = offset;
  while (isContinuation(text.charCodeAt(start)) && start > 0) start--;
  return start;
}

function isContinuation(char: number): boolean {
  return char >= 0x80 && char < 0xc0;
}

/** Without control characters, which could do anything to a terminal; tabs and line breaks stay. */
function printable(text: string): string {
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, "?");
}
