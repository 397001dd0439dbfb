/** Lua in colours: which parts of a file are words of the language, strings, numbers, comments. */

export type TokenKind = "comment" | "string" | "number" | "keyword";

export interface Token {
  readonly kind: TokenKind;
  /** Offsets (from 0), the end excluded. */
  readonly start: number;
  readonly end: number;
}

const KEYWORDS =
  "and|break|do|else|elseif|end|false|for|function|goto|if|in|local|nil|not|or|repeat|return|then|true|until|while";

/** What is open at the end, as in a file that is being written, reaches to the end of file or line. */
const TOKEN = new RegExp(
  [
    String.raw`(?<comment>--\[(?<level>=*)\[[^]*?(?:\]\k<level>\]|$)|--.*)`,
    String.raw`(?<string>\[(?<stringLevel>=*)\[[^]*?(?:\]\k<stringLevel>\]|$)|"(?:\\[^]|[^"\\\n])*"?|'(?:\\[^]|[^'\\\n])*'?)`,
    String.raw`(?<number>\b(?:0[xX][\da-fA-F.]+(?:[pP][+-]?\d+)?|\d[\d.]*(?:[eE][+-]?\d+)?)\w*)`,
    String.raw`(?<keyword>\b(?:${KEYWORDS})\b)`,
  ].join("|"),
  "g",
);

const KINDS: readonly TokenKind[] = ["comment", "string", "number", "keyword"];

/** The tokens of a whole file that have a colour, in their order. */
export function highlight(text: string): readonly Token[] {
  return [...text.matchAll(TOKEN)].flatMap((match) => {
    const kind = KINDS.find((name) => match.groups?.[name] !== undefined);
    return kind === undefined
      ? []
      : [{ kind, start: match.index, end: match.index + match[0].length }];
  });
}
