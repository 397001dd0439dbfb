/**
 * What the recognizing functions share: where they are in the source, what is in scope there, and
 * what kind of expression was recognized last.
 */
import type { Identifier } from "../ast.ts";
import type { ParseOptions } from "./index.ts";
import { Lexer } from "./lexer.ts";
import { Scopes } from "./scopes.ts";
import {
  createNotes,
  noteParentheses,
  replaceGotoName,
  type Place,
  type SourceNotes,
} from "./sourceNotes.ts";
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
  private identifierCount = 0;

  /** The expression recognized last. */
  kind: ExpressionKind = "value";
  /** What is noted of it where it is a variable, an index expression or a call. */
  part: Place | Identifier | undefined = undefined;
  /** The line of its end where it is a call. */
  private endLine = 1;

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

  /** Notes a node that begins at `start` and ends with the tokens just passed. */
  node(type: Place["type"], start: number, line: number): Place {
    const place = { type, span: { start, end: this.lexer.previousEnd }, line };
    this.notes.parts.push(place);
    return place;
  }

  /** Notes an expression of which only the value matters. */
  foundValue(type: Place["type"], start: number): void {
    this.node(type, start, this.lexer.previousLine);
    this.kind = "value";
  }

  /** Notes an index expression. */
  foundIndex(start: number): void {
    this.part = this.node("IndexExpression", start, this.lexer.previousLine);
    this.kind = "index";
  }

  /** Notes a call whose arguments begin at `line`. */
  foundCall(start: number, line: number): void {
    this.part = this.node("CallExpression", start, line);
    this.endLine = this.lexer.previousLine;
    this.kind = "call";
  }

  /**
   * Says that LuaJIT emits the code that gets the value of the expression found last here, so that
   * its errors are reported at the line of the token before this place.
   */
  valueIsRead(): void {
    if (this.kind !== "index" && this.kind !== "global") return;
    reportAt(this.part, this.lexer.lastLine);
  }

  /** Says that the call found last is a tail call: LuaJIT emits it where its `return` ends. */
  isTailCall(): void {
    reportAt(this.part, this.endLine);
  }

  /** Says that the expression found last stands in parentheses, which have just been closed. */
  isParenthesized(): void {
    this.valueIsRead();
    if (this.kind === "call" || this.kind === "vararg") noteParentheses(this.notes);
    this.kind = "value";
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

  /** Takes `...`. */
  foundDots(): void {
    const { lexer } = this;
    const { tokenLine: line } = lexer;
    this.notes.parts.push({ type: "VarargExpression", span: lexer.span(), line });
    lexer.next();
    this.kind = "vararg";
  }

  /** Takes a name that declares something. */
  expectName(): string {
    const name = this.nameHere();
    const { lexer } = this;
    this.notes.parts.push({ type: "Name", span: lexer.span(), line: lexer.tokenLine, name });
    lexer.next();
    return name;
  }

  /** Takes the name of a variable. */
  expectVariable(): void {
    const name = this.nameHere();
    const { lexer } = this;
    const leaf = {
      type: "Identifier",
      span: lexer.span(),
      line: lexer.tokenLine,
      name,
      index: this.identifierCount++,
    } as const;
    this.notes.parts.push(leaf);
    lexer.next();
    this.part = leaf;
    this.kind = this.scopes.isGlobal(name) ? "global" : "local";
  }

  /** Takes the name of a field or a method. */
  expectField(): void {
    const value = this.nameHere();
    const { lexer } = this;
    this.notes.parts.push({
      type: "StringLiteral",
      span: lexer.span(),
      line: lexer.tokenLine,
      value,
    });
    lexer.next();
  }

  private nameHere(): string {
    const { lexer } = this;
    if (!this.isAtName()) lexer.fail("expected-name", { near: lexer.near() });
    if (lexer.token === GOTO) replaceGotoName(this.notes, lexer.start);
    return lexer.content;
  }
}

/** Says at which line errors of an expression are reported. */
export function reportAt(part: { line: number } | undefined, line: number): void {
  if (part !== undefined) part.line = line;
}
