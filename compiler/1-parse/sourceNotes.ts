/**
 * What the recognizer notes down about a valid program, because luaparse's tree does not tell it.
 * Expressions are known by the offset of their end: of the index expressions, calls, `...` and
 * names of a program, no two end at the same place.
 */
export interface SourceNotes {
  /** Ends of the calls and `...` that stand directly in parentheses. */
  readonly parenthesized: Set<number>;
  /** Lines at which LuaJIT reports errors of an expression, where it isn't that of its end. */
  readonly expressionLines: Map<number, number>;
  /**
   * By the start of the statement: the line of a loop's own errors, where it isn't the first one.
   * Numeric `for`: that of its `do`. Generic `for`: that of the first token after `in`.
   */
  readonly loopLines: Map<number, number>;
  /** The goto statements, by their start. */
  readonly gotos: Map<number, string>;
  /** What luaparse gets to read in place of the source, in source order. */
  readonly replacements: Replacement[];
}

/** A part of the source that luaparse would misread, and text of the same length to read instead. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function createNotes(): SourceNotes {
  return {
    parenthesized: new Set(),
    expressionLines: new Map(),
    loopLines: new Map(),
    gotos: new Map(),
    replacements: [],
  };
}

/** What luaparse reads for a variable named `goto`, which it takes for a keyword. */
export const GOTO_STAND_IN = "got_";

/**
 * Replaces a string: luaparse 0.3.1 takes `"end"` and `"="` for the tokens of that text, and reads
 * \r\n and some escapes in its own way. Its value is read from the source later.
 */
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

/** The source as luaparse gets it: all its offsets are those of the source. */
export function textForLuaparse(text: string, notes: SourceNotes): string {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end, text: replacement } of notes.replacements) {
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
