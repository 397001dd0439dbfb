/** Expressions (manual 2.5), after LuaJIT's grammar. */
import { recognizeFunction } from "./recognizeFunction.ts";
import type { Lexer } from "./lexer.ts";
import type { Recognizer } from "./recognizer.ts";
import type { Leaf } from "./sourceNotes.ts";
import {
  AND,
  CONCAT,
  DOTS,
  EQUAL,
  FALSE,
  FUNCTION,
  GREATER_OR_EQUAL,
  LESS_OR_EQUAL,
  NIL,
  NOT,
  NOT_EQUAL,
  NUMBER,
  OR,
  STRING,
  TRUE,
} from "./tokens.ts";

const UNARY_PRIORITY = 8;
/** Of `and`; that of `or` is less. */
const LOGICAL_PRIORITY = 2;

/** Recognizes an expression whose operators bind more tightly than `limit`. */
export function recognizeExpression(recognizer: Recognizer, limit = 0): void {
  const { lexer } = recognizer;
  const { start } = lexer;
  recognizer.enter();
  if (isUnaryOperator(lexer.token)) {
    lexer.next();
    recognizeExpression(recognizer, UNARY_PRIORITY);
    recognizer.valueIsRead();
    recognizer.foundValue("UnaryExpression", start);
  } else {
    recognizeSimple(recognizer);
  }
  for (;;) {
    const priority = leftPriority(lexer.token);
    if (priority <= limit) break;
    const isRightAssociative = lexer.token === CONCAT || lexer.token === CARET;
    const isLogical = priority <= LOGICAL_PRIORITY;
    lexer.next();
    recognizer.valueIsRead();
    recognizeExpression(recognizer, isRightAssociative ? priority - 1 : priority);
    recognizer.valueIsRead();
    recognizer.foundValue(isLogical ? "LogicalExpression" : "BinaryExpression", start);
  }
  recognizer.leave();
}

/** Recognizes one or more expressions and counts them; the last one's value is not read yet. */
export function recognizeExpressionList(recognizer: Recognizer): number {
  let count = 1;
  recognizeExpression(recognizer);
  while (recognizer.lexer.accept(COMMA)) {
    recognizer.valueIsRead();
    recognizeExpression(recognizer);
    count++;
  }
  return count;
}

const CARET = 94;
const COMMA = 44;

function isUnaryOperator(token: number): boolean {
  return token === NOT || token === 45 || token === 35;
}

/** 0 for what is no binary operator. */
function leftPriority(token: number): number {
  switch (token) {
    case CARET:
      return 10;
    case 42: // *
    case 47: // /
    case 37: // %
      return 7;
    case 43: // +
    case 45: // -
      return 6;
    case CONCAT:
      return 5;
    case EQUAL:
    case NOT_EQUAL:
    case LESS_OR_EQUAL:
    case GREATER_OR_EQUAL:
    case 60: // <
    case 62: // >
      return 3;
    case AND:
      return 2;
    case OR:
      return 1;
    default:
      return 0;
  }
}

function recognizeSimple(recognizer: Recognizer): void {
  const { lexer } = recognizer;
  switch (lexer.token) {
    case NUMBER:
    case STRING:
    case NIL:
    case TRUE:
    case FALSE:
      recognizer.notes.parts.push(literalHere(lexer));
      lexer.next();
      recognizer.kind = "value";
      return;
    case DOTS:
      if (!recognizer.scopes.function.isVararg) {
        lexer.fail("vararg-outside-vararg-function", { near: lexer.near() });
      }
      recognizer.scopes.function.usesVararg = true;
      recognizer.foundDots();
      return;
    case 123: // {
      recognizeTable(recognizer);
      return;
    case FUNCTION: {
      const place = { start: lexer.start, line: lexer.tokenLine };
      lexer.next();
      recognizeFunction(recognizer, false, lexer.line, place);
      return;
    }
    default:
      recognizePrefixExpression(recognizer);
  }
}

/** The literal that is the current token. */
function literalHere(lexer: Lexer): Leaf {
  const span = lexer.span();
  const { token, tokenLine: line } = lexer;
  switch (token) {
    case NUMBER:
      return { type: "NumberLiteral", span, line, value: lexer.number };
    case STRING:
      return { type: "StringLiteral", span, line, value: lexer.content };
    case NIL:
      return { type: "NilLiteral", span, line };
    default:
      return { type: "BooleanLiteral", span, line, value: token === TRUE };
  }
}

/** Recognizes a variable, an index expression, a call, or something in parentheses. */
export function recognizePrefixExpression(recognizer: Recognizer): void {
  const { lexer } = recognizer;
  const { start } = lexer;
  if (lexer.token === 40) {
    const { line } = lexer;
    lexer.next();
    recognizeExpression(recognizer);
    recognizer.expectClosing(41, 40, line);
    recognizer.isParenthesized();
  } else if (recognizer.isAtName()) {
    recognizer.expectVariable();
  } else {
    lexer.fail("unexpected-symbol", { near: lexer.near() });
  }
  for (;;) {
    switch (lexer.token) {
      case 46: // .
        recognizeField(recognizer, start);
        break;
      case 91: // [
        recognizer.valueIsRead();
        recognizeKey(recognizer);
        recognizer.foundIndex(start);
        break;
      case 58: // :
        lexer.next();
        recognizer.expectField();
        recognizer.valueIsRead();
        recognizeArguments(recognizer, start);
        break;
      case 40: // (
      case 123: // {
      case STRING:
        recognizer.valueIsRead();
        recognizeArguments(recognizer, start);
        break;
      default:
        return;
    }
  }
}

/** Recognizes `.name` behind what begins at `start`. */
export function recognizeField(recognizer: Recognizer, start: number): void {
  recognizer.valueIsRead();
  recognizer.lexer.next();
  recognizer.expectField();
  recognizer.foundIndex(start);
}

/** Recognizes `[key]`. */
function recognizeKey(recognizer: Recognizer): void {
  recognizer.lexer.next();
  recognizeExpression(recognizer);
  recognizer.valueIsRead();
  recognizer.expect(93);
}

/** @param start Where the call begins. */
function recognizeArguments(recognizer: Recognizer, start: number): void {
  const { lexer } = recognizer;
  const { line, token } = lexer;
  switch (token) {
    case 40: // (
      if (line !== lexer.lastLine) {
        if (!recognizer.isLua52Compatible) lexer.fail("ambiguous-call", { near: lexer.near() });
        recognizer.notes.needsLua52 = true;
      }
      lexer.next();
      recognizer.kind = "value";
      if (lexer.token !== 41) recognizeExpressionList(recognizer);
      recognizer.expectClosing(41, 40, line);
      recognizer.valueIsRead();
      break;
    case 123: // {
      recognizeTable(recognizer);
      break;
    case STRING:
      recognizer.notes.parts.push(literalHere(lexer));
      lexer.next();
      break;
    default:
      lexer.fail("expected-arguments", { near: lexer.near() });
  }
  recognizer.foundCall(start, line);
}

function recognizeTable(recognizer: Recognizer): void {
  const { lexer } = recognizer;
  const { start, line } = lexer;
  recognizer.expect(123);
  while (lexer.token !== 125) {
    if (lexer.token === 91) {
      recognizeKey(recognizer);
      recognizer.expect(61);
    } else if (recognizer.isAtName() && lexer.peek() === 61) {
      recognizer.expectField();
      recognizer.expect(61);
    }
    recognizeExpression(recognizer);
    recognizer.valueIsRead();
    if (!lexer.accept(COMMA) && !lexer.accept(59)) break;
  }
  recognizer.expectClosing(125, 123, line);
  recognizer.foundValue("TableExpression", start);
}
