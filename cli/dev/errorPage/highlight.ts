/** Lua in colours: where in a text its words, strings, numbers and comments are. */
import { luaTokens, type TokenKind } from "../../codeTokens.ts";

export interface Token {
  readonly kind: TokenKind;
  /** Offsets (from 0), the end excluded. */
  readonly start: number;
  readonly end: number;
}

/** The tokens of a whole file that have a colour, in their order. */
export function highlight(text: string): readonly Token[] {
  let end = 0;
  return luaTokens(text)
    .map((token) => ({ kind: token.kind, start: end, end: (end += token.text.length) }))
    .filter(({ kind }) => kind !== "plain");
}
