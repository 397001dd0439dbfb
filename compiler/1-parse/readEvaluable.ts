/**
 * Chunks that need not be compiled to be run: `return` and expressions, of constants, tables, global variables,
 * operators and calls. Programs load such texts that keep data as text, or calculate what somebody typed; V8 alone takes 50 us for the
 * smallest function, lua5.4 takes 2 us for the whole chunk. So they are read into trees, which the runtime evaluates
 * (runtime/core/evaluate.ts).
 *
 * What is read here is right in any case: for all that is not as simple as that, errors included, there is no tree.
 */
import type { SourceText } from "../source.ts";
import type { BinaryOperator, Evaluable, EvaluableTable } from "./evaluable.ts";
import type { ParseOptions } from "./index.ts";
import { Lexer } from "./lexer.ts";
import { createNotes } from "./sourceNotes.ts";
import { SyntaxFault } from "./syntaxFault.ts";
import {
  AND,
  CONCAT,
  EOF,
  EQUAL,
  FALSE,
  GREATER_OR_EQUAL,
  LESS_OR_EQUAL,
  NAME,
  NIL,
  NOT,
  NOT_EQUAL,
  NUMBER,
  OR,
  RETURN,
  STRING,
  TRUE,
} from "./tokens.ts";

/** Longer texts are compiled, or refused: a function of Lua has no more than 65,536 constants. */
const MAX_LENGTH = 1 << 16;

/** What is nested more deeply Lua may refuse. */
const MAX_DEPTH = 60;

/** A list with more values is compiled. */
const MAX_RESULTS = 50;

/** The left and right priorities of an operator (manual 2.5.6, `priority` of lj_parse.c), and its name. */
interface Operator {
  readonly name: BinaryOperator;
  readonly left: number;
  readonly right: number;
}

const UNARY_PRIORITY = 8;

const OPERATORS: ReadonlyMap<number, Operator> = new Map([
  [OR, { name: "or", left: 1, right: 1 }],
  [AND, { name: "and", left: 2, right: 2 }],
  [codeOf("<"), { name: "<", left: 3, right: 3 }],
  [codeOf(">"), { name: ">", left: 3, right: 3 }],
  [LESS_OR_EQUAL, { name: "<=", left: 3, right: 3 }],
  [GREATER_OR_EQUAL, { name: ">=", left: 3, right: 3 }],
  [EQUAL, { name: "==", left: 3, right: 3 }],
  [NOT_EQUAL, { name: "~=", left: 3, right: 3 }],
  [CONCAT, { name: "..", left: 5, right: 4 }],
  [codeOf("+"), { name: "+", left: 6, right: 6 }],
  [codeOf("-"), { name: "-", left: 6, right: 6 }],
  [codeOf("*"), { name: "*", left: 7, right: 7 }],
  [codeOf("/"), { name: "/", left: 7, right: 7 }],
  [codeOf("%"), { name: "%", left: 7, right: 7 }],
  [codeOf("^"), { name: "^", left: 10, right: 9 }],
]);

/** The values that a chunk returns; `undefined` for a chunk that is to be compiled. */
export function readEvaluable(
  { text, programStart }: SourceText,
  { isPuc51 = false }: ParseOptions,
): Evaluable[] | undefined {
  if (programStart > 0 || text.length > MAX_LENGTH || !BEGINNING.test(text)) return undefined;
  try {
    return new Reader(new Lexer(text, createNotes(), isPuc51)).chunk();
  } catch (thrown) {
    if (thrown instanceof SyntaxFault || thrown === COMPLICATED) return undefined;
    throw thrown;
  }
}

const BEGINNING = /^\s*return\b/;

/** Thrown for what is to be compiled. */
const COMPLICATED = new Error("not to be evaluated");

function giveUp(): never {
  throw COMPLICATED;
}

const COMMA = codeOf(",");
const SEMICOLON = codeOf(";");
const ASSIGN = codeOf("=");
const MINUS = codeOf("-");
const DOT = codeOf(".");
const OPENING_BRACE = codeOf("{");
const CLOSING_BRACE = codeOf("}");
const OPENING_BRACKET = codeOf("[");
const CLOSING_BRACKET = codeOf("]");
const OPENING_PARENTHESIS = codeOf("(");
const CLOSING_PARENTHESIS = codeOf(")");
/** Of what makes another call or a method call of an expression. */
const CALLS: ReadonlySet<number> = new Set([STRING, ...["{", ":"].map(codeOf)]);

function codeOf(char: string): number {
  return char.charCodeAt(0);
}

class Reader {
  private readonly lexer: Lexer;
  private depth = 0;

  constructor(lexer: Lexer) {
    this.lexer = lexer;
  }

  chunk(): Evaluable[] {
    const { lexer } = this;
    lexer.next();
    if (!lexer.accept(RETURN)) giveUp();
    const values = [this.expression(0)];
    while (lexer.accept(COMMA)) values.push(this.expression(0));
    lexer.accept(SEMICOLON);
    if (lexer.token !== EOF || lexer.unsupported !== undefined) giveUp();
    return values.length > MAX_RESULTS ? giveUp() : values;
  }

  /** `subexpr` of lparser.c: an expression with operators of more than a certain priority. */
  private expression(limit: number): Evaluable {
    const { lexer } = this;
    if (++this.depth > MAX_DEPTH) giveUp();
    let value = this.operand();
    for (;;) {
      const operator = OPERATORS.get(lexer.token);
      if (operator === undefined || operator.left <= limit) break;
      lexer.next();
      value = {
        kind: "binary",
        operator: operator.name,
        left: value,
        right: this.expression(operator.right),
      };
    }
    this.depth--;
    return value;
  }

  private operand(): Evaluable {
    const { lexer } = this;
    if (lexer.accept(NOT)) {
      return { kind: "unary", operator: "not", operand: this.expression(UNARY_PRIORITY) };
    }
    if (!lexer.accept(MINUS)) return this.simple();
    const operand = this.expression(UNARY_PRIORITY);
    // What -0 is depends on where it stands in LuaJIT.
    if (operand === 0) giveUp();
    return typeof operand === "number" ? -operand : { kind: "unary", operator: "-", operand };
  }

  private simple(): Evaluable {
    const { lexer } = this;
    const { token, content, number } = lexer;
    switch (token) {
      case NUMBER:
        lexer.next();
        return number;
      case STRING:
        lexer.next();
        return content;
      case NIL:
        lexer.next();
        return undefined;
      case TRUE:
        lexer.next();
        return true;
      case FALSE:
        lexer.next();
        return false;
      case OPENING_BRACE:
        return this.table();
      default:
        return this.suffixed();
    }
  }

  private suffixed(): Evaluable {
    const { lexer } = this;
    let value: Evaluable;
    if (lexer.accept(OPENING_PARENTHESIS)) {
      value = this.expression(0);
      if (!lexer.accept(CLOSING_PARENTHESIS)) giveUp();
    } else {
      value = { kind: "global", name: this.name() };
    }
    for (;;) {
      if (lexer.accept(DOT)) {
        value = { kind: "index", object: value, key: this.name() };
      } else if (lexer.accept(OPENING_BRACKET)) {
        value = { kind: "index", object: value, key: this.expression(0) };
        if (!lexer.accept(CLOSING_BRACKET)) giveUp();
      } else if (lexer.token === OPENING_PARENTHESIS) {
        value = { kind: "call", callee: value, values: this.callValues() };
      } else {
        return CALLS.has(lexer.token) ? giveUp() : value;
      }
    }
  }

  private callValues(): Evaluable[] {
    const { lexer } = this;
    // Lua refuses those on a line of their own.
    if (lexer.lastLine !== lexer.line) giveUp();
    lexer.next();
    const values = [this.expression(0)];
    while (lexer.accept(COMMA)) values.push(this.expression(0));
    if (!lexer.accept(CLOSING_PARENTHESIS)) giveUp();
    return values;
  }

  private name(): string {
    const { lexer } = this;
    const { token, content } = lexer;
    if (token !== NAME) giveUp();
    lexer.next();
    return content;
  }

  private table(): EvaluableTable {
    const { lexer } = this;
    if (++this.depth > MAX_DEPTH) giveUp();
    const table = new TableEntries();
    lexer.next();
    while (!lexer.accept(CLOSING_BRACE)) {
      this.entry(table);
      if (lexer.accept(COMMA) || lexer.accept(SEMICOLON)) continue;
      if (!lexer.accept(CLOSING_BRACE)) giveUp();
      break;
    }
    this.depth--;
    return table.finish();
  }

  private entry(table: TableEntries): void {
    const { lexer } = this;
    if (lexer.accept(OPENING_BRACKET)) {
      const key = this.expression(0);
      if (!lexer.accept(CLOSING_BRACKET) || !lexer.accept(ASSIGN)) giveUp();
      table.add(key, this.expression(0));
    } else if (lexer.token === NAME && lexer.peek() === ASSIGN) {
      const key = this.name();
      lexer.next();
      table.add(key, this.expression(0));
    } else {
      table.append(this.expression(0));
    }
  }
}

class TableEntries {
  private readonly keys: Evaluable[] = [];
  private readonly values: Evaluable[] = [];
  private readonly items: Evaluable[] = [];
  private hasIndices = false;

  add(key: Evaluable, value: Evaluable): void {
    if (value === undefined || key === undefined) giveUp();
    if (typeof key !== "string") this.hasIndices = true;
    this.keys.push(key);
    this.values.push(value);
  }

  append(value: Evaluable): void {
    if (value === undefined) giveUp();
    this.items.push(value);
  }

  finish(): EvaluableTable {
    const { keys, values, items } = this;
    // Where both kinds say what is at an index, their order matters.
    if (this.hasIndices && items.length > 0) giveUp();
    return { kind: "table", keys, values, items };
  }
}
