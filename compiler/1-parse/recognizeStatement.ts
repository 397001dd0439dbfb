/** Statements (manual 2.4), after LuaJIT's grammar. */
import {
  recognizeExpression,
  recognizeExpressionList,
  recognizeField,
  recognizePrefixExpression,
} from "./recognizeExpression.ts";
import { recognizeFunction } from "./recognizeFunction.ts";
import { reportAt, type Recognizer } from "./recognizer.ts";
import { replaceGoto } from "./sourceNotes.ts";
import {
  BREAK,
  DO,
  DOUBLE_COLON,
  ELSE,
  ELSEIF,
  END,
  EOF,
  FOR,
  FUNCTION,
  GOTO,
  IF,
  IN,
  LOCAL,
  NAME,
  REPEAT,
  RETURN,
  THEN,
  UNTIL,
  WHILE,
} from "./tokens.ts";

const ASSIGN = 61;
const COMMA = 44;
const SEMICOLON = 59;

/** Recognizes a whole program. */
export function recognizeChunk(recognizer: Recognizer): void {
  const { lexer } = recognizer;
  lexer.next();
  recognizeBlockStatements(recognizer);
  if (lexer.token !== EOF) lexer.fail("text-after-end", { near: lexer.near() });
  recognizer.scopes.closeFunction();
  recognizer.notes.parts.push({
    type: "FunctionExpression",
    span: { start: 0, end: lexer.text.length },
    line: lexer.line,
    firstLine: 0,
    usesVararg: true,
    usesArg: false,
  });
  if (lexer.unsupported !== undefined) throw lexer.unsupported;
}

/** Recognizes statements up to what ends a block; the scope is the caller's. */
export function recognizeBlockStatements(recognizer: Recognizer): void {
  const { lexer } = recognizer;
  recognizer.enter();
  let isLast = false;
  while (!isLast && !isBlockEnd(lexer.token)) {
    isLast = recognizeStatement(recognizer);
    lexer.accept(SEMICOLON);
  }
  recognizer.leave();
}

function recognizeBlock(recognizer: Recognizer): void {
  recognizer.scopes.openBlock(false);
  recognizeBlockStatements(recognizer);
  recognizer.scopes.closeBlock();
}

function isBlockEnd(token: number): boolean {
  return token === END || token === ELSE || token === ELSEIF || token === UNTIL || token === EOF;
}

/** Recognizes one statement. Says whether it must be the last one of its block. */
function recognizeStatement(recognizer: Recognizer): boolean {
  const { lexer } = recognizer;
  const { start, line } = lexer;
  switch (lexer.token) {
    case IF:
      recognizeIf(recognizer, line);
      recognizer.node("IfStatement", start, line);
      return false;
    case WHILE:
      recognizeWhile(recognizer, line);
      recognizer.node("WhileStatement", start, line);
      return false;
    case DO:
      lexer.next();
      recognizeBlock(recognizer);
      recognizer.expectClosing(END, DO, line);
      recognizer.node("DoStatement", start, line);
      return false;
    case FOR:
      recognizeFor(recognizer, line);
      return false;
    case REPEAT:
      recognizeRepeat(recognizer, line);
      recognizer.node("RepeatStatement", start, line);
      return false;
    case FUNCTION:
      recognizeFunctionStatement(recognizer, { start, line });
      return false;
    case LOCAL:
      lexer.next();
      recognizeLocal(recognizer, { start, line });
      return false;
    case RETURN:
      recognizeReturn(recognizer);
      return true;
    case BREAK: {
      const span = lexer.span();
      recognizer.notes.parts.push({ type: "BreakStatement", span, line });
      recognizer.notes.needsLua52 = true;
      lexer.next();
      // Lua 5.1 says so at once, LuaJIT at the end of the function.
      if (recognizer.isPuc51 && !recognizer.scopes.isInLoop) {
        lexer.fail("break-outside-loop", { near: lexer.near() });
      }
      recognizer.scopes.addBreak(lexer.lastLine, span);
      return !recognizer.isLua52Compatible;
    }
    case DOUBLE_COLON:
      recognizeLabel(recognizer);
      return false;
    case SEMICOLON:
      if (recognizer.isLua52Compatible) {
        recognizer.notes.needsLua52 = true;
        lexer.next();
        return false;
      }
      break;
    case GOTO:
      if (recognizer.isLua52Compatible || (!recognizer.isPuc51 && lexer.peek() === NAME)) {
        recognizeGoto(recognizer);
        return false;
      }
      break;
    default:
  }
  recognizeCallOrAssignment(recognizer, { start, line });
  return false;
}

function recognizeIf(recognizer: Recognizer, line: number): void {
  const { lexer } = recognizer;
  do {
    lexer.next();
    recognizeCondition(recognizer);
    recognizer.expect(THEN);
    recognizeBlock(recognizer);
  } while (lexer.token === ELSEIF);
  if (lexer.accept(ELSE)) recognizeBlock(recognizer);
  recognizer.expectClosing(END, IF, line);
}

function recognizeCondition(recognizer: Recognizer): void {
  recognizeExpression(recognizer);
  recognizer.valueIsRead();
}

function recognizeWhile(recognizer: Recognizer, line: number): void {
  recognizer.lexer.next();
  recognizeCondition(recognizer);
  recognizer.scopes.openBlock(true);
  recognizer.expect(DO);
  recognizeBlock(recognizer);
  recognizer.expectClosing(END, WHILE, line);
  recognizer.scopes.closeBlock();
}

function recognizeRepeat(recognizer: Recognizer, line: number): void {
  const { lexer, scopes } = recognizer;
  scopes.openBlock(true);
  scopes.openBlock(false);
  lexer.next();
  recognizeBlockStatements(recognizer);
  recognizer.expectClosing(UNTIL, REPEAT, line);
  recognizeCondition(recognizer);
  scopes.closeBlock();
  scopes.closeBlock();
}

function recognizeFor(recognizer: Recognizer, line: number): void {
  const { lexer, scopes } = recognizer;
  const { start } = lexer;
  scopes.openBlock(true);
  lexer.next();
  const name = recognizer.expectName();
  const isNumeric = lexer.token === ASSIGN;
  let loopLine = line;
  if (isNumeric) loopLine = recognizeNumericFor(recognizer, name);
  else if (lexer.token === COMMA || lexer.token === IN) {
    loopLine = recognizeGenericFor(recognizer, name);
  } else lexer.fail("incomplete-for", { near: lexer.near() });
  recognizer.expectClosing(END, FOR, line);
  recognizer.node(isNumeric ? "ForNumericStatement" : "ForGenericStatement", start, loopLine);
  scopes.closeBlock();
}

/** Gives the line of the loop's own errors. */
function recognizeNumericFor(recognizer: Recognizer, name: string): number {
  const { lexer, scopes } = recognizer;
  for (let slot = 0; slot <= 3; slot++) scopes.checkLocal(slot);
  lexer.next();
  recognizeCondition(recognizer);
  recognizer.expect(COMMA);
  recognizeCondition(recognizer);
  if (lexer.accept(COMMA)) recognizeCondition(recognizer);
  declareHidden(recognizer);
  recognizer.expect(DO);
  const line = lexer.lastLine;
  recognizeLoopBody(recognizer, [name]);
  return line;
}

/** Gives the line of the loop's own errors. */
function recognizeGenericFor(recognizer: Recognizer, name: string): number {
  const { lexer, scopes } = recognizer;
  const names = [name];
  for (let slot = 0; slot <= 3; slot++) scopes.checkLocal(slot);
  while (lexer.accept(COMMA)) {
    const other = recognizer.expectName();
    scopes.checkLocal(3 + names.length);
    names.push(other);
  }
  recognizer.expect(IN);
  const { line } = lexer;
  recognizeExpressionList(recognizer);
  recognizer.valueIsRead();
  declareHidden(recognizer);
  recognizer.expect(DO);
  recognizeLoopBody(recognizer, names);
  return line;
}

/** A loop keeps its state in three variables that no name reaches; they count as variables. */
function declareHidden(recognizer: Recognizer): void {
  for (let slot = 0; slot < 3; slot++) recognizer.scopes.declare("(for state)");
}

function recognizeLoopBody(recognizer: Recognizer, names: readonly string[]): void {
  const { scopes } = recognizer;
  scopes.openBlock(false);
  for (const name of names) scopes.declare(name);
  recognizeBlock(recognizer);
  scopes.closeBlock();
}

/** Where a statement begins. */
interface Beginning {
  readonly start: number;
  readonly line: number;
}

function recognizeFunctionStatement(recognizer: Recognizer, beginning: Beginning): void {
  const { lexer } = recognizer;
  const { line } = beginning;
  lexer.next();
  const { start } = lexer;
  recognizer.expectVariable();
  while (lexer.token === 46) recognizeField(recognizer, start);
  const isMethod = lexer.token === 58;
  if (isMethod) {
    recognizer.valueIsRead();
    lexer.next();
    recognizer.expectField();
  } else {
    // It is what is assigned to.
    reportAt(recognizer.part, line);
  }
  recognizeFunction(recognizer, isMethod, line, beginning);
}

function recognizeLocal(recognizer: Recognizer, beginning: Beginning): void {
  const { lexer, scopes } = recognizer;
  if (lexer.accept(FUNCTION)) {
    const name = recognizer.expectName();
    scopes.checkLocal(0);
    scopes.declare(name);
    recognizeFunction(recognizer, false, lexer.line, beginning);
    return;
  }
  const names: string[] = [];
  do {
    const name = recognizer.expectName();
    scopes.checkLocal(names.length);
    names.push(name);
  } while (lexer.accept(COMMA));
  if (lexer.accept(ASSIGN)) {
    recognizeExpressionList(recognizer);
    recognizer.valueIsRead();
  }
  for (const name of names) scopes.declare(name);
  recognizer.node("LocalStatement", beginning.start, beginning.line);
}

function recognizeReturn(recognizer: Recognizer): void {
  const { lexer } = recognizer;
  const { start, tokenLine: line } = lexer;
  lexer.next();
  if (!isBlockEnd(lexer.token) && lexer.token !== SEMICOLON) {
    const isSingle = recognizeExpressionList(recognizer) === 1;
    recognizer.valueIsRead();
    if (isSingle && recognizer.kind === "call") recognizer.isTailCall();
  }
  // Its semicolon is a part of it.
  const end = lexer.token === SEMICOLON ? lexer.end : lexer.previousEnd;
  recognizer.notes.parts.push({ type: "ReturnStatement", span: { start, end }, line });
}

function recognizeCallOrAssignment(recognizer: Recognizer, { start, line }: Beginning): void {
  recognizePrefixExpression(recognizer);
  if (recognizer.kind === "call") recognizer.node("CallStatement", start, line);
  else recognizeAssignment(recognizer, start, line);
}

function recognizeAssignment(recognizer: Recognizer, start: number, line: number): void {
  const { lexer } = recognizer;
  checkTarget(recognizer);
  const targets = [recognizer.part];
  while (lexer.accept(COMMA)) {
    recognizePrefixExpression(recognizer);
    recognizer.checkTargets(targets.length);
    targets.push(recognizer.part);
    checkTarget(recognizer);
  }
  recognizer.expect(ASSIGN);
  recognizeExpressionList(recognizer);
  recognizer.valueIsRead();
  for (const target of targets) reportAt(target, lexer.previousLine);
  recognizer.node("AssignmentStatement", start, line);
}

function checkTarget({ kind, lexer }: Recognizer): void {
  if (kind === "local" || kind === "global" || kind === "index") return;
  lexer.fail("not-a-statement", { near: lexer.near() });
}

function recognizeGoto(recognizer: Recognizer): void {
  const { lexer, notes, scopes } = recognizer;
  const { start: gotoStart, tokenLine: line } = lexer;
  lexer.next();
  if (lexer.token !== NAME) lexer.fail("expected-name", { near: lexer.near() });
  const { content: label, end } = lexer;
  const nameSpan = lexer.span();
  replaceGoto(notes, gotoStart, end);
  lexer.next();
  const span = { start: gotoStart, end };
  notes.parts.push({ type: "GotoStatement", span, line, label });
  scopes.addGoto(label, lexer.lastLine, nameSpan);
}

function recognizeLabel(recognizer: Recognizer): void {
  const { lexer, scopes } = recognizer;
  const { start, tokenLine: line } = lexer;
  lexer.next();
  const nameSpan = lexer.span();
  const name = recognizer.expectName();
  if (scopes.hasLabel(name)) lexer.fail("duplicate-label", { label: name }, nameSpan);
  scopes.addLabel(name);
  recognizer.expect(DOUBLE_COLON);
  const span = { start, end: lexer.previousEnd };
  recognizer.notes.parts.push({ type: "LabelStatement", span, line, name });
  recognizer.notes.needsLua52 = true;
  for (;;) {
    if (lexer.token === DOUBLE_COLON) {
      recognizer.enter();
      recognizeLabel(recognizer);
      recognizer.leave();
    } else if (!recognizer.isLua52Compatible || !lexer.accept(SEMICOLON)) break;
  }
  scopes.resolveLabel(name, isBlockEnd(lexer.token) && lexer.token !== UNTIL);
}
