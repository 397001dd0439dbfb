/**
 * Splits a source into tokens exactly as LuaJIT's lexer does, which decides what errors say: the
 * token they are near, and the line, which is that of the last token read, also when that was read
 * ahead.
 */
import type { Span } from "../ast.ts";
import type { DetailsOf, DiagnosticCode } from "../diagnostics/catalog.ts";
import { createDiagnostic } from "../diagnostics/diagnostic.ts";
import { endOfNumeral, parseNumeral, UNSUPPORTED } from "./numerals.ts";
import { endOfPucNumeral, parsePucNumeral } from "./pucNumerals.ts";
import { replaceNumeral, replaceString, type SourceNotes } from "./sourceNotes.ts";
import { longStringValue, readQuotedString } from "./strings.ts";
import { SyntaxFault } from "./syntaxFault.ts";
import {
  CONCAT,
  DOTS,
  DOUBLE_COLON,
  EOF,
  EQUAL,
  GREATER_OR_EQUAL,
  keywords,
  LESS_OR_EQUAL,
  NAME,
  NOT_EQUAL,
  NUMBER,
  STRING,
  tokenText,
} from "./tokens.ts";

/** Longer words are no keywords. */
const LONGEST_KEYWORD = 8;

const NO_TOKEN = -1;

export class Lexer {
  readonly text: string;
  private readonly notes: SourceNotes;
  /** Whether the tokens are those of PUC Lua 5.1. */
  private readonly isPuc51: boolean;

  /** The current token. */
  token = NO_TOKEN;
  start = 0;
  end = 0;
  /** The line the current token ends on. */
  tokenLine = 1;
  /** The text of the current token when that is a name or keyword; the bytes of a string. */
  content = "";
  /** The value of the current token when that is a number. */
  number = 0;

  /** The line reading has come to: that of the current token or of the one read ahead. */
  line = 1;
  /** What `line` was before the current token was taken: LuaJIT's line for emitted code. */
  lastLine = 1;
  /** Of the token before the current one. */
  private previousStart = 0;
  previousEnd = 0;
  previousLine = 1;

  /** What LuaJIT accepts and spacer does not; told only about a program without other errors. */
  unsupported: SyntaxFault | undefined = undefined;

  private position = 0;
  private scannedStart = 0;
  private scannedContent = "";
  private scannedNumber = 0;
  private ahead = NO_TOKEN;

  constructor(text: string, notes: SourceNotes, isPuc51: boolean) {
    this.text = text;
    this.notes = notes;
    this.isPuc51 = isPuc51;
  }

  /** How far the text was read: to the end of the last token. */
  get reached(): number {
    return this.position;
  }

  /** Goes to the next token. */
  next(): void {
    this.previousStart = this.start;
    this.previousEnd = this.end;
    this.previousLine = this.tokenLine;
    this.lastLine = this.line;
    if (this.ahead === NO_TOKEN) {
      this.token = this.scan();
    } else {
      this.token = this.ahead;
      this.ahead = NO_TOKEN;
    }
    this.start = this.scannedStart;
    this.end = this.position;
    this.tokenLine = this.line;
    this.content = this.scannedContent;
    this.number = this.scannedNumber;
  }

  /** Where the current token is. */
  span(): Span {
    return { start: this.start, end: this.end };
  }

  /** The token after the current one, read ahead. Only once per token. */
  peek(): number {
    return (this.ahead = this.scan());
  }

  /** Goes to the next token when the current one is `token`. */
  accept(token: number): boolean {
    if (this.token !== token) return false;
    this.next();
    return true;
  }

  /**
   * The current token as messages show it. Cut at a zero byte, as by the C code; for the token that
   * is a zero byte LuaJIT shows nothing.
   */
  near(): string {
    const { token, text, start, end } = this;
    if (token === NAME || token === NUMBER) return text.slice(start, end);
    if (token !== STRING) return token === 0 ? "" : tokenText(token);
    const width = text.charCodeAt(start) === 91 ? text.indexOf("[", start + 1) - start + 1 : 1;
    return cutAtZero(
      text.slice(start, start + width) + this.content + text.slice(end - width, end),
    );
  }

  /** Ends the recognition with an error, at the current token unless `span` says where it is. */
  fail<Code extends DiagnosticCode>(
    code: Code,
    details: DetailsOf<Code>,
    span: Span = this.currentSpan(),
  ): never {
    throw new SyntaxFault(createDiagnostic(code, details, span, this.line));
  }

  /** As `fail`, at the token before the current one. */
  failAtPrevious<Code extends DiagnosticCode>(code: Code, details: DetailsOf<Code>): never {
    return this.fail(code, details, { start: this.previousStart, end: this.previousEnd });
  }

  /** What is missing at the end of the source is missing behind its last token. */
  private currentSpan(): Span {
    return this.token === EOF ? { start: this.previousEnd, end: this.previousEnd } : this.span();
  }

  private failScanning<Code extends DiagnosticCode>(code: Code, details: DetailsOf<Code>): never {
    throw this.faultOf(code, details);
  }

  /** An error at the token being read. */
  private faultOf<Code extends DiagnosticCode>(code: Code, details: DetailsOf<Code>): SyntaxFault {
    const span = { start: this.scannedStart, end: this.position };
    return new SyntaxFault(createDiagnostic(code, details, span, this.line));
  }

  /** Reads one token: it spans `scannedStart` to `position`. */
  private scan(): number {
    const { text } = this;
    let start = this.position;
    for (;;) {
      const char = text.charCodeAt(start);
      if (char === 32 || char === 9 || char === 11 || char === 12) {
        start++;
      } else if (char === 10 || char === 13) {
        const next = text.charCodeAt(start + 1);
        start += isLineBreak(next) && next !== char ? 2 : 1;
        this.line++;
      } else if (char === 45 && text.charCodeAt(start + 1) === 45) {
        start = this.skipComment(start);
      } else {
        this.scannedStart = start;
        if (this.isLetter(char)) return this.scanWord();
        if (isDigit(char)) return this.scanNumber();
        if (start < text.length) return this.scanSymbol(char);
        this.position = start;
        return EOF;
      }
    }
  }

  private isLetter(char: number): boolean {
    return isNameStart(char) && (char < 128 || !this.isPuc51);
  }

  private scanWord(): number {
    const { text, scannedStart } = this;
    let end = scannedStart + 1;
    while (NAME_PARTS[text.charCodeAt(end) | 0] === 1) end++;
    if (this.isPuc51) end = endOfAscii(text, scannedStart, end);
    this.position = end;
    const word = text.slice(scannedStart, end);
    this.scannedContent = word;
    return (end - scannedStart <= LONGEST_KEYWORD ? keywords.get(word) : undefined) ?? NAME;
  }

  private scanNumber(): number {
    const { text, scannedStart } = this;
    let end = scannedStart;
    while (isDigit(text.charCodeAt(end))) end++;
    const next = text.charCodeAt(end);
    if (next === 46 || isNamePart(next)) end = this.scanUnusualNumber();
    else this.scannedNumber = Number(text.slice(scannedStart, end));
    this.position = end;
    return NUMBER;
  }

  /** Reads a numeral that is not all digits; gives its end. */
  private scanUnusualNumber(): number {
    const { text, scannedStart } = this;
    const { isPuc51 } = this;
    const end = isPuc51 ? endOfPucNumeral(text, scannedStart) : endOfNumeral(text, scannedStart);
    this.position = end;
    const literal = text.slice(scannedStart, end);
    const value = isPuc51 ? parsePucNumeral(literal) : parseNumeral(literal);
    if (value === undefined) this.failScanning("malformed-number", { near: literal });
    if (value === UNSUPPORTED) this.unsupported ??= this.faultOf("unsupported-number", { literal });
    else this.scannedNumber = value;
    replaceNumeral(this.notes, scannedStart, end);
    return end;
  }

  private scanSymbol(char: number): number {
    const next = this.text.charCodeAt(this.scannedStart + 1);
    switch (char) {
      case 34: // "
      case 39: // '
        return this.scanString(char);
      case 91: // [
        return next === 91 || next === 61 ? this.scanLongString() : this.take(char, 1);
      case 61: // =
        return next === 61 ? this.take(EQUAL, 2) : this.take(char, 1);
      case 60: // <
        return next === 61 ? this.take(LESS_OR_EQUAL, 2) : this.take(char, 1);
      case 62: // >
        return next === 61 ? this.take(GREATER_OR_EQUAL, 2) : this.take(char, 1);
      case 126: // ~
        return next === 61 ? this.take(NOT_EQUAL, 2) : this.take(char, 1);
      case 58: // :
        return next === 58 && !this.isPuc51 ? this.take(DOUBLE_COLON, 2) : this.take(char, 1);
      case 46: // .
        if (isDigit(next)) return this.take(NUMBER, this.scanUnusualNumber() - this.scannedStart);
        if (next !== 46) return this.take(char, 1);
        return this.text.charCodeAt(this.scannedStart + 2) === 46
          ? this.take(DOTS, 3)
          : this.take(CONCAT, 2);
      default:
        return this.take(char, 1);
    }
  }

  private take(token: number, length: number): number {
    this.position = this.scannedStart + length;
    return token;
  }

  private scanString(quote: number): number {
    const { text, scannedStart } = this;
    let at = scannedStart + 1;
    for (;;) {
      const char = text.charCodeAt(at);
      if (char === quote) break;
      if (char === 92 || char === 10 || char === 13 || at >= text.length) {
        return this.scanUnusualString();
      }
      at++;
    }
    this.position = at + 1;
    this.scannedContent = text.slice(scannedStart + 1, at);
    return STRING;
  }

  /** Reads a string that has escapes or is not finished. */
  private scanUnusualString(): number {
    const { text, scannedStart } = this;
    const { value, end, lineBreaks, fault } = readQuotedString(text, scannedStart, this.isPuc51);
    this.line += lineBreaks;
    this.position = Math.min(end, text.length);
    if (fault === undefined) {
      this.scannedContent = value;
      replaceString(this.notes, scannedStart, end);
      return STRING;
    }
    const near = cutAtZero(text.charAt(scannedStart) + value);
    if (fault === "invalid-escape") {
      this.failScanning("invalid-escape", { near, isTooLarge: this.isPuc51 });
    }
    const isAtEnd = fault === "end-of-source";
    return this.failScanning("unfinished-string", { near: isAtEnd ? tokenText(EOF) : near });
  }

  private scanLongString(): number {
    const { text, scannedStart } = this;
    const level = longBracketLevel(text, scannedStart);
    if (level === undefined) {
      this.position = scannedStart + 1;
      while (text.charCodeAt(this.position) === 61) this.position++;
      const near = text.slice(scannedStart, this.position);
      return this.failScanning("invalid-long-bracket", { near, isNested: false });
    }
    if (!this.skipLongBracket(scannedStart, level)) {
      return this.failScanning("unfinished-long-string", { near: tokenText(EOF) });
    }
    this.scannedContent = longStringValue(text, scannedStart, this.position);
    replaceString(this.notes, scannedStart, this.position);
    return STRING;
  }

  /** Gives the offset after a comment. */
  private skipComment(start: number): number {
    const { text } = this;
    const level = longBracketLevel(text, start + 2);
    if (level !== undefined) {
      this.scannedStart = start;
      if (this.skipLongBracket(start + 2, level)) return this.position;
      return this.failScanning("unfinished-long-comment", { near: tokenText(EOF) });
    }
    let end = start + 2;
    while (end < text.length && !isLineBreak(text.charCodeAt(end))) end++;
    return end;
  }

  /** Goes behind `[==[ ... ]==]`. Says whether it has an end. */
  private skipLongBracket(start: number, level: number): boolean {
    const { text } = this;
    const closing = `]${"=".repeat(level)}]`;
    const found = text.indexOf(closing, start + closing.length);
    const nested = this.isPuc51 && level === 0 ? text.indexOf("[[", start + closing.length) : -1;
    const isNested = nested !== -1 && (found === -1 || nested < found);
    const end = isNested ? nested + 2 : found === -1 ? text.length : found + closing.length;
    for (let at = start; at < end; at++) {
      const char = text.charCodeAt(at);
      if (!isLineBreak(char)) continue;
      const next = text.charCodeAt(at + 1);
      if (isLineBreak(next) && next !== char) at++;
      this.line++;
    }
    this.position = end;
    if (isNested) this.failScanning("invalid-long-bracket", { near: "[", isNested });
    return found !== -1;
  }
}

/** How many `=` a long bracket has that opens at `start`; `undefined` when there is none. */
function longBracketLevel(text: string, start: number): number | undefined {
  if (text.charCodeAt(start) !== 91) return undefined;
  let at = start + 1;
  while (text.charCodeAt(at) === 61) at++;
  return text.charCodeAt(at) === 91 ? at - start - 1 : undefined;
}

/** Where the first byte from 128 is, to Lua 5.1 no letter; else `end`. */
function endOfAscii(text: string, start: number, end: number): number {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) >= 128) return at;
  return end;
}

function cutAtZero(text: string): string {
  const zero = text.indexOf("\0");
  return zero === -1 ? text : text.slice(0, zero);
}

function isLineBreak(char: number): boolean {
  return char === 10 || char === 13;
}

function isDigit(char: number): boolean {
  return char >= 48 && char <= 57;
}

/** LuaJIT takes all bytes from 128 for letters. */
function isNameStart(char: number): boolean {
  return (char >= 97 && char <= 122) || (char >= 65 && char <= 90) || char === 95 || char >= 128;
}

function isNamePart(char: number): boolean {
  return isNameStart(char) || isDigit(char);
}

/** The same by char code, for the loop that most of a program is read in; 0 at the end of the text, too. */
const NAME_PARTS = Uint8Array.from({ length: 256 }, (_, char) => (isNamePart(char) ? 1 : 0));
