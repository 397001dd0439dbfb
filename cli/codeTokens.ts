/**
 * Pieces of Lua and of emitted JavaScript, for colours. Nothing depends on them but how code looks, so they
 * are cut by patterns, and text that no pattern fits is a piece as well: joined, the pieces are the text.
 */

export type TokenKind = "comment" | "string" | "number" | "keyword" | "invented" | "plain";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const LUA_WORDS =
  "and|break|do|else|elseif|end|false|for|function|goto|if|in|local|nil|not|or|repeat|return|then|true|until|while";

/** In the order in which they are tried; a long bracket that is never closed ends with the file. */
const LUA_TOKENS = new RegExp(
  [
    String.raw`(?<comment>--\[(?<level>=*)\[[^]*?(?:\]\k<level>\]|$)|--[^\r\n]*|^#[^\r\n]*)`,
    String.raw`(?<string>\[(?<depth>=*)\[[^]*?(?:\]\k<depth>\]|$)|"(?:[^"\\\r\n]|\\[^])*"?|'(?:[^'\\\r\n]|\\[^])*'?)`,
    String.raw`(?<number>\b0[xX][\da-fA-F.]+(?:[pP][+-]?\d+)?|(?:\b\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)`,
    String.raw`\b(?<keyword>(?:${LUA_WORDS})\b)`,
    String.raw`[A-Za-z_\x80-\xff][\w\x80-\xff]*`,
  ].join("|"),
  "g",
);

const JAVASCRIPT_WORDS =
  "break|case|const|continue|else|false|for|function|if|let|new|null|return|switch|this|true|typeof|undefined|while";

/** Emitted code has no other strings, no templates and no patterns. */
const JAVASCRIPT_TOKENS = new RegExp(
  [
    String.raw`(?<comment>//.*)`,
    String.raw`(?<string>"(?:[^"\\\n]|\\.)*")`,
    String.raw`(?<number>(?<![\w$])(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)`,
    String.raw`(?<invented>\$[\w$]+)`,
    String.raw`(?<![\w$])(?<keyword>(?:${JAVASCRIPT_WORDS})(?![\w$]))`,
    String.raw`[A-Za-z_][\w$]*`,
  ].join("|"),
  "g",
);

/** @param text Bytes. */
export function luaTokens(text: string): Token[] {
  return cut(text, LUA_TOKENS);
}

export function javascriptTokens(text: string): Token[] {
  return cut(text, JAVASCRIPT_TOKENS);
}

function cut(text: string, pattern: RegExp): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) tokens.push({ kind: "plain", text: text.slice(end, match.index) });
    tokens.push({ kind: kindOf(match.groups ?? {}), text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < text.length) tokens.push({ kind: "plain", text: text.slice(end) });
  return tokens;
}

const KINDS = ["comment", "string", "number", "keyword", "invented"] as const;

function kindOf(groups: Readonly<Partial<Record<string, string>>>): TokenKind {
  return KINDS.find((kind) => groups[kind] !== undefined) ?? "plain";
}
