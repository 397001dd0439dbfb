/**
 * Comments that silence findings: `-- spacer: ignore` at the end of a line, or alone on the line
 * before; with codes behind it only those. In YAML a comment begins with `#`.
 *
 *     local count = 0 -- spacer: ignore unused-local
 */
import type { Span } from "../ast.ts";
import type { SourceText } from "../source.ts";

const COMMENT = /(?:--|#)[ \t]*spacer:[ \t]*ignore\b([\w \t,-]*)$/;

export interface IgnoreComments {
  /** Whether a finding of this code that begins at this offset is silenced. */
  isIgnored(code: string, offset: number): boolean;
  /** The words behind `ignore`, with where they are. */
  readonly codes: readonly { readonly name: string; readonly span: Span }[];
}

const NONE: IgnoreComments = { isIgnored: () => false, codes: [] };

export function readIgnoreComments(source: SourceText): IgnoreComments {
  const { text } = source;
  // Nearly all files have none.
  if (!text.includes("spacer:")) return NONE;
  const byLine = new Map<number, readonly string[]>();
  const codes: { name: string; span: Span }[] = [];
  for (let at = text.indexOf("spacer:"); at >= 0; at = text.indexOf("spacer:", at + 1)) {
    const line = source.lineAt(at);
    const span = source.lineSpan(line);
    const lineText = text.slice(span.start, span.end).trimEnd();
    const match = COMMENT.exec(lineText);
    if (match === null) continue;
    const words = [...(match[1] ?? "").matchAll(/[\w-]+/g)];
    const listStart = span.start + lineText.length - (match[1] ?? "").length;
    for (const { 0: name, index } of words) {
      const start = listStart + index;
      codes.push({ name, span: { start, end: start + name.length } });
    }
    const isAlone = lineText.slice(0, match.index).trim() === "";
    byLine.set(
      isAlone ? line + 1 : line,
      words.map(([name]) => name),
    );
  }
  return {
    isIgnored: (code, offset) => {
      const ignored = byLine.get(source.lineAt(offset));
      return ignored !== undefined && (ignored.length === 0 || ignored.includes(code));
    },
    codes,
  };
}
