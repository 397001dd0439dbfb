/** Emitted JavaScript in the colours of a terminal. */
import type { Paint, Style } from "../style.ts";
import { javascriptTokens, type TokenKind } from "../codeTokens.ts";

export function paintCode(code: string, style: Style): string {
  const paints: Readonly<Record<TokenKind, Paint>> = {
    comment: style.dim,
    string: style.green,
    number: style.yellow,
    keyword: style.cyan,
    invented: (text) => text,
    plain: (text) => text,
  };
  return javascriptTokens(code)
    .map(({ kind, text }) => paints[kind](text))
    .join("");
}
