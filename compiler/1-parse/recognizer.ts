/**
 * What the recognizing functions share: where they are in the source, what is in scope there, and
 * what kind of expression was recognized last.
 */
import type { ParseOptions } from "./index.ts";
import { Lexer } from "./lexer.ts";
import { Scopes } from "./scopes.ts";
import { createNotes, replaceGotoName, type SourceNotes } from "./sourceNotes.ts";
import { GOTO, NAME, tokenText } from "./tokens.ts";

/** Expressions that differ in what may be done with them. */
export type ExpressionKind = "value" | "local" | "global" | "index" | "call" | "vararg";

const MAX_LEVELS = 200;

/** Lua 5.1 counts two C calls that run the program, too. */
const PUC_MAX_LEVELS = 199;

export type Syntax = Required<Pick<ParseOptions, "isLua52Compatible" | "isPuc51">>;

export class Recognizer {
  readonly lexer: Lexer;
  readonly notes: SourceNotes;
  readonly scopes: Scopes;
  /** Whether LuaJIT's Lua 5.2 compatibility is on: `goto` reserved, `;` and `break` anywhere. */
  readonly isLua52Compatible: boolean;
  /** Whether this is PUC Lua 5.1: no labels, `goto` is a name. */
  readonly isPuc51: boolean;
  private readonly maxLevels: number;
  private level = 0;

  /** The expression recognized last, and its end and the line of that. */
  kind: ExpressionKind = "value";
  private kindEnd = 0;
  private kindLine = 1;

  constructor(text: string, { isLua52Compatible, isPuc51 }: Syntax) {
    this.notes = createNotes();
    this.lexer = new Lexer(text, this.notes, isPuc51);
    this.scopes = new Scopes(this.lexer);
    this.isLua52Compatible = isLua52Compatible;
    this.isPuc51 = isPuc51;
    this.maxLevels = isPuc51 ? PUC_MAX_LEVELS : MAX_LEVELS;
  }

  /** Enters a nested construct; `leave` must follow. */
  enter(): void {
    if (++this.level >= this.maxLevels) this.lexer.fail("too-many-levels", {});
  }

  leave(): void {
    this.level--;
  }

  /** @throws SyntaxFault "main function has more than 200 variable names" */
  checkTargets(count: number): void {
    if (this.level + count < this.maxLevels) return;
    const { firstLine } = this.scopes.function;
    const what = this.isPuc51
      ? `${String(this.maxLevels - 1 - this.level)} variables in assignment`
      : `${String(MAX_LEVELS)} variable names`;
    this.lexer.failAtPrevious("too-many-targets", { firstLine, what });
  }

  /** Says that the tokens just passed were the end of an expression of this kind. */
  found(kind: ExpressionKind): void {
    this.kind = kind;
    this.kindEnd = this.lexer.previousEnd;
    this.kindLine = this.lexer.previousLine;
  }

  /**
   * Says that LuaJIT emits the code that gets the value of the expression found last here, so that
   * its errors are reported at the line of the token before this place.
   */
  valueIsRead(): void {
    if (this.kind !== "index" && this.kind !== "global") return;
    const { lastLine } = this.lexer;
    if (lastLine !== this.kindLine) this.notes.expressionLines.set(this.kindEnd, lastLine);
  }

  /** Says that the call found last is a tail call: LuaJIT emits it where its `return` ends. */
  isTailCall(): void {
    this.notes.expressionLines.delete(this.kindEnd);
  }

  /** Says that the expression found last stands in parentheses, which have just been closed. */
  isParenthesized(): void {
    this.valueIsRead();
    if (this.kind === "call" || this.kind === "vararg") this.notes.parenthesized.add(this.kindEnd);
    this.found("value");
  }

  /** Takes a token that must come here. */
  expect(token: number): void {
    const { lexer } = this;
    if (lexer.token !== token) {
      lexer.fail("expected-token", { expected: tokenText(token), near: lexer.near() });
    }
    lexer.next();
  }

  /** Takes the token that closes what `opener` began at `openerLine`. */
  expectClosing(token: number, opener: number, openerLine: number): void {
    const { lexer } = this;
    if (lexer.accept(token)) return;
    lexer.fail("not-closed", {
      expected: tokenText(token),
      opener: tokenText(opener),
      openerLine,
      isSameLine: openerLine === lexer.line,
      near: lexer.near(),
    });
  }

  /** Whether the current token can be a name: `goto` is one where it begins no goto statement. */
  isAtName(): boolean {
    const { token } = this.lexer;
    return token === NAME || (token === GOTO && !this.isLua52Compatible);
  }

  /** Takes a name. */
  expectName(): string {
    const { lexer } = this;
    if (!this.isAtName()) lexer.fail("expected-name", { near: lexer.near() });
    if (lexer.token === GOTO) replaceGotoName(this.notes, lexer.start);
    const { name } = lexer;
    lexer.next();
    return name;
  }
}
