/**
 * Comments that silence findings: `-- spacer: ignore` at the end of a line, or alone on the line
 * before; with codes behind it only those. In YAML a comment begins with `#`. Several may be about one
 * line:
 *
 *     -- spacer: ignore unused-local
 *     -- spacer: ignore wrong-argument-count
 *     local count = type() -- spacer: ignore undefined-global
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
  // Nearly all files have none.
  if (!source.text.includes("spacer:")) return NONE;
  const comments = findComments(source);
  const byLine = silencedLines(comments);
  return {
    isIgnored: (code, offset) => {
      const ignored = byLine.get(source.lineAt(offset));
      return ignored?.some(({ codes }) => codes.length === 0 || includes(codes, code)) === true;
    },
    codes: comments.flatMap(({ codes }) => codes),
  };
}

interface IgnoreComment {
  readonly line: number;
  /** Nothing else is in its line. */
  readonly isAlone: boolean;
  /** None for all. */
  readonly codes: IgnoreComments["codes"];
}

/** In the order of the text; one line has one at most. */
function findComments(source: SourceText): IgnoreComment[] {
  const { text } = source;
  const found: IgnoreComment[] = [];
  for (let at = text.indexOf("spacer:"); at >= 0; at = text.indexOf("spacer:", at + 1)) {
    const line = source.lineAt(at);
    if (line === found.at(-1)?.line) continue;
    const span = source.lineSpan(line);
    const lineText = text.slice(span.start, span.end).trimEnd();
    const match = COMMENT.exec(lineText);
    if (match === null) continue;
    const [, list = ""] = match;
    const listStart = span.start + lineText.length - list.length;
    const codes = [...list.matchAll(/[\w-]+/g)].map(({ 0: name, index }) => {
      const start = listStart + index;
      return { name, span: { start, end: start + name.length } };
    });
    const isAlone = lineText.slice(0, match.index).trim() === "";
    found.push({ line, isAlone, codes });
  }
  return found;
}

/** By line: the comments that are about it. One that stands alone is about the next line that is none. */
function silencedLines(comments: readonly IgnoreComment[]): Map<number, IgnoreComment[]> {
  const byLine = new Map<number, IgnoreComment[]>();
  // What the comment in the line below is about, if that is one that stands alone.
  let below = { line: 0, target: 0 };
  for (const comment of comments.toReversed()) {
    const { line, isAlone } = comment;
    const next = line + 1 === below.line ? below.target : line + 1;
    const target = isAlone ? next : line;
    if (isAlone) below = { line, target };
    const others = byLine.get(target);
    if (others === undefined) byLine.set(target, [comment]);
    else others.push(comment);
  }
  return byLine;
}

function includes(codes: IgnoreComments["codes"], code: string): boolean {
  return codes.some(({ name }) => name === code);
}
