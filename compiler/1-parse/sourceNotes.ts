import type {
  BooleanLiteral,
  BreakStatement,
  GotoStatement,
  Identifier,
  LabelStatement,
  Name,
  NilLiteral,
  Node,
  NumberLiteral,
  Parenthesized,
  Span,
  StringLiteral,
  VarargExpression,
} from "../ast.ts";

/** What the recognizer notes down about a valid program, for luaparse and for the tree that is made of what it reads. */
export interface SourceNotes {
  /** In the order in which the nodes are complete, which is that of luaparse too. */
  readonly parts: Part[];
  /** What luaparse gets to read in place of the source, in source order. */
  readonly replacements: Replacement[];
  /** Whether it has syntax that Lua 5.1 in luaparse's reading does not: labels, and what may not stand just anywhere there. */
  needsLua52: boolean;
}

/** Of a node: itself where it has no others in it, else where it is. */
export type Part = Leaf | Place | FunctionPlace;

export type Leaf =
  | BooleanLiteral
  | BreakStatement
  | GotoStatement
  | Identifier
  | LabelStatement
  | Name
  | NilLiteral
  | NumberLiteral
  | Parenthesized
  | StringLiteral
  | VarargExpression;

export interface Place {
  /** `Parenthesized` for a call in parentheses. */
  type: Exclude<Node["type"], Exclude<Leaf["type"], "Parenthesized"> | "FunctionExpression">;
  readonly span: Span;
  line: number;
}

export interface FunctionPlace {
  readonly type: "FunctionExpression";
  /** Of the whole statement, where it is one. */
  readonly span: Span;
  /** That of its end. */
  readonly line: number;
  readonly firstLine: number;
  /** Whether it uses `...` itself. */
  readonly usesVararg: boolean;
  /** Whether a variable named `arg` is used in it, or in functions nested in it. */
  readonly usesArg: boolean;
}

/** A part of the source that luaparse would misread, and text of the same length to read instead. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function createNotes(): SourceNotes {
  return { parts: [], replacements: [], needsLua52: false };
}

/** Notes that the call or `...` noted last stands in parentheses. */
export function noteParentheses({ parts }: SourceNotes): void {
  const part = parts.at(-1);
  if (part?.type === "CallExpression") part.type = "Parenthesized";
  else if (part?.type === "VarargExpression") {
    const { span, line } = part;
    parts[parts.length - 1] = { type: "Parenthesized", span, line, expression: part };
  }
}

/** What luaparse reads for a variable named `goto`, which it takes for a keyword. */
export const GOTO_STAND_IN = "got_";

/** Replaces a string that luaparse reads in its own way: with escapes or \r\n, or in long brackets. */
export function replaceString(notes: SourceNotes, start: number, end: number): void {
  add(notes, start, end, `"${spaces(end - start - 2)}"`);
}

/** Replaces a numeral that luaparse may not know, such as `0x.8` and `0b1`. */
export function replaceNumeral(notes: SourceNotes, start: number, end: number): void {
  add(notes, start, end, "1".repeat(end - start));
}

/** Replaces the word `goto` where it is a name. */
export function replaceGotoName(notes: SourceNotes, start: number): void {
  add(notes, start, start + GOTO_STAND_IN.length, GOTO_STAND_IN);
}

/** Replaces a goto statement by `do end`: luaparse has its own idea of valid jumps. */
export function replaceGoto(notes: SourceNotes, start: number, end: number): void {
  add(notes, start, end, `do${spaces(end - start - 5)}end`);
}

/** Adds in source order: at most the token read ahead has been added before its turn. */
function add(notes: SourceNotes, start: number, end: number, text: string): void {
  const { replacements } = notes;
  const last = replacements.at(-1);
  if (last !== undefined && last.start > start) {
    replacements.splice(-1, 0, { start, end, text });
  } else {
    replacements.push({ start, end, text });
  }
}

/** The source as luaparse gets it. Most sources have nothing to replace. */
export function textForLuaparse(text: string, { replacements }: SourceNotes): string {
  if (replacements.length === 0) return text;
  const parts: string[] = [];
  let from = 0;
  for (const { start, end, text: replacement } of replacements) {
    parts.push(text.slice(from, start), replacement);
    from = end;
  }
  parts.push(text.slice(from));
  return parts.join("");
}

const MAX_CACHED_SPACES = 64;
const cachedSpaces = Array.from({ length: MAX_CACHED_SPACES }, (_, count) => " ".repeat(count));

function spaces(count: number): string {
  return cachedSpaces[count] ?? " ".repeat(count);
}
