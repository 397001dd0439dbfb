/** luaparse's statements to ours. */
import type {
  Block,
  Chunk,
  Identifier,
  IfClause,
  IndexExpression,
  Span,
  Statement,
} from "../ast.ts";
import { CompilerBug } from "../compilerBug.ts";
import type { Conversion } from "./conversion.ts";
import {
  convertCallStatement,
  convertExpression,
  convertExpressions,
} from "./convertExpression.ts";
import { convertFunction } from "./convertFunction.ts";
import type { lua } from "./fromLuaparse.ts";
import { spanOf } from "./luaparseTree.ts";

/** Converts a whole program. */
export function convertChunk(conversion: Conversion, body: readonly lua.Statement[]): Chunk {
  const { length } = conversion.source.text;
  const line = conversion.source.lineAt(length);
  return {
    main: {
      type: "FunctionExpression",
      span: { start: 0, end: length },
      line,
      parameters: [],
      isVararg: true,
      body: convertBlock(conversion, body),
      name: undefined,
      firstLine: 0,
      lastLine: 0,
    },
  };
}

/** Converts statements that have a scope of their own. */
export function convertBlock(conversion: Conversion, statements: readonly lua.Statement[]): Block {
  return { statements: statements.map((statement) => convertStatement(conversion, statement)) };
}

function convertStatement(conversion: Conversion, node: lua.Statement): Statement {
  const span = spanOf(node);
  const line = conversion.lineOfStart(span);
  switch (node.type) {
    case "LocalStatement":
      return {
        type: "LocalStatement",
        span,
        line,
        names: node.variables.map((name) => conversion.name(name)),
        values: convertExpressions(conversion, node.init),
      };
    case "AssignmentStatement": {
      const lastLine = conversion.lineOfEnd(span);
      return {
        type: "AssignmentStatement",
        span,
        line,
        targets: node.variables.map((variable) => convertTarget(conversion, variable, lastLine)),
        values: convertExpressions(conversion, node.init),
      };
    }
    case "CallStatement":
      return {
        type: "CallStatement",
        span,
        line,
        call: convertCallStatement(conversion, node.expression),
      };
    case "FunctionDeclaration":
      return convertFunctionStatement(conversion, node, span, line);
    case "DoStatement":
      return convertDo(conversion, node, span, line);
    case "WhileStatement": {
      const condition = convertExpression(conversion, node.condition);
      const body = convertBlock(conversion, node.body);
      return { type: "WhileStatement", span, line, condition, body };
    }
    case "RepeatStatement": {
      const body = convertBlock(conversion, node.body);
      const condition = convertExpression(conversion, node.condition);
      return { type: "RepeatStatement", span, line, body, condition };
    }
    case "IfStatement":
      return convertIf(conversion, node, span, line);
    case "ForNumericStatement":
      return {
        type: "ForNumericStatement",
        span,
        line: conversion.notes.loopLines.get(span.start) ?? line,
        variable: conversion.name(node.variable),
        start: convertExpression(conversion, node.start),
        limit: convertExpression(conversion, node.end),
        step: node.step === null ? undefined : convertExpression(conversion, node.step),
        body: convertBlock(conversion, node.body),
      };
    case "ForGenericStatement":
      return {
        type: "ForGenericStatement",
        span,
        line: conversion.notes.loopLines.get(span.start) ?? line,
        variables: node.variables.map((name) => conversion.name(name)),
        iterators: convertExpressions(conversion, node.iterators),
        body: convertBlock(conversion, node.body),
      };
    case "ReturnStatement":
      return {
        type: "ReturnStatement",
        span,
        line,
        values: convertExpressions(conversion, node.arguments),
      };
    case "BreakStatement":
      return { type: "BreakStatement", span, line };
    case "LabelStatement":
      return { type: "LabelStatement", span, line, name: conversion.nameText(node.label) };
    case "GotoStatement":
      throw new CompilerBug("luaparse has met a goto");
  }
}

function convertDo(
  conversion: Conversion,
  node: lua.DoStatement,
  span: Span,
  line: number,
): Statement {
  const label = conversion.notes.gotos.get(span.start);
  if (label !== undefined) return { type: "GotoStatement", span, line, label };
  return { type: "DoStatement", span, line, body: convertBlock(conversion, node.body) };
}

function convertFunctionStatement(
  conversion: Conversion,
  node: lua.FunctionDeclaration,
  span: Span,
  line: number,
): Statement {
  const { identifier } = node;
  if (identifier === null) throw new CompilerBug("a function statement without a name");
  const value = convertFunction(conversion, node, identifier);
  if (identifier.type === "Identifier" && node.isLocal) {
    const name = conversion.name(identifier);
    return { type: "LocalFunctionStatement", span, line, name, function: value };
  }
  const targets = [convertTarget(conversion, identifier, line)];
  return { type: "AssignmentStatement", span, line, targets, values: [value] };
}

function convertIf(
  conversion: Conversion,
  node: lua.IfStatement,
  span: Span,
  line: number,
): Statement {
  const clauses: IfClause[] = [];
  let otherwise: Block | undefined;
  for (const clause of node.clauses) {
    const body = convertBlock(conversion, clause.body);
    if (clause.type === "ElseClause") otherwise = body;
    else clauses.push({ condition: convertExpression(conversion, clause.condition), body });
  }
  return { type: "IfStatement", span, line, clauses, otherwise };
}

/** A variable or field that is assigned to; `line` is where LuaJIT reports errors of doing so. */
function convertTarget(
  conversion: Conversion,
  node: lua.Expression,
  line: number,
): Identifier | IndexExpression {
  const target = convertExpression(conversion, node);
  if (target.type !== "Identifier" && target.type !== "IndexExpression") {
    throw new CompilerBug(`assignment to a ${target.type}`);
  }
  return target.line === line ? target : { ...target, line };
}
