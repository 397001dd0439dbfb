/**
 * luaparse's expressions to ours. Chains of left operands, calls and indexes can be as long as the
 * source, so they are walked in loops; everything else is nested 200 levels deep at most.
 */
import type {
  CallExpression,
  Expression,
  Span,
  StringLiteral,
  TableEntry,
  VarargExpression,
} from "../ast.ts";
import { CompilerBug } from "../compilerBug.ts";
import type { Conversion } from "./conversion.ts";
import { convertFunction } from "./convertFunction.ts";
import type { lua } from "./fromLuaparse.ts";
import {
  binaryOperator,
  type CallNode,
  isMethod,
  leftOperand,
  spanOf,
  unaryOperator,
} from "./luaparseTree.ts";
import { parseNumeral } from "./numerals.ts";
import { parsePucNumeral } from "./pucNumerals.ts";
import { stringValue } from "./strings.ts";

export function convertExpressions(
  conversion: Conversion,
  nodes: readonly lua.Expression[],
): Expression[] {
  return nodes.map((node) => convertExpression(conversion, node));
}

export function convertExpression(conversion: Conversion, node: lua.Expression): Expression {
  let current = node;
  let left = leftOperand(current);
  if (left === undefined) return convertInnermost(conversion, current);
  const outer: lua.Expression[] = [];
  while (left !== undefined) {
    outer.push(current);
    current = left;
    left = leftOperand(current);
  }
  let result = convertInnermost(conversion, current);
  for (let index = outer.length - 1; index >= 0; index--) {
    const combined = outer[index];
    if (combined !== undefined) result = convertOuter(conversion, combined, result);
  }
  return result;
}

/** Converts an expression whose left operand has been converted already. */
function convertOuter(conversion: Conversion, node: lua.Expression, left: Expression): Expression {
  const span = spanOf(node);
  switch (node.type) {
    case "BinaryExpression":
      return {
        type: "BinaryExpression",
        span,
        line: conversion.lineOfEnd(span),
        operator: binaryOperator(node.operator),
        left,
        right: convertExpression(conversion, node.right),
      };
    case "LogicalExpression":
      return {
        type: "LogicalExpression",
        span,
        line: conversion.lineOfEnd(span),
        operator: node.operator,
        left,
        right: convertExpression(conversion, node.right),
      };
    case "MemberExpression": {
      const key = convertFieldName(conversion, node.identifier);
      return { type: "IndexExpression", span, line: conversion.errorLine(span), base: left, key };
    }
    case "IndexExpression": {
      const key = convertExpression(conversion, node.index);
      return { type: "IndexExpression", span, line: conversion.errorLine(span), base: left, key };
    }
    case "CallExpression":
      return convertCall(conversion, node, left, convertExpressions(conversion, node.arguments));
    case "TableCallExpression":
      return convertCall(conversion, node, left, [convertExpression(conversion, node.arguments)]);
    case "StringCallExpression":
      return convertCall(conversion, node, left, [convertExpression(conversion, node.argument)]);
    default:
      throw new CompilerBug(`${node.type} has no left operand`);
  }
}

function convertCall(
  conversion: Conversion,
  node: CallNode,
  callee: Expression,
  values: readonly Expression[],
): Expression {
  const span = spanOf(node);
  const { base } = node;
  const call: CallExpression = {
    type: "CallExpression",
    span,
    line: conversion.errorLine(span),
    callee,
    method: isMethod(base) ? conversion.nameText(base.identifier) : undefined,
    arguments: values,
  };
  return inParentheses(conversion, call);
}

/** A call that is a statement. */
export function convertCallStatement(conversion: Conversion, node: lua.Expression): CallExpression {
  const call = convertExpression(conversion, node);
  if (call.type !== "CallExpression") throw new CompilerBug(`a ${call.type} as a statement`);
  return call;
}

function inParentheses(
  conversion: Conversion,
  expression: CallExpression | VarargExpression,
): Expression {
  const { span, line } = expression;
  if (!conversion.notes.parenthesized.has(span.end)) return expression;
  return { type: "Parenthesized", span, line, expression };
}

/** Converts an expression that begins with no other one. */
function convertInnermost(conversion: Conversion, node: lua.Expression): Expression {
  const span = spanOf(node);
  switch (node.type) {
    case "NilLiteral":
      return { type: "NilLiteral", span, line: conversion.lineOfEnd(span) };
    case "BooleanLiteral":
      return { type: "BooleanLiteral", span, line: conversion.lineOfEnd(span), value: node.value };
    case "NumericLiteral":
      return {
        type: "NumberLiteral",
        span,
        line: conversion.lineOfEnd(span),
        value: numberValue(conversion, span),
      };
    case "StringLiteral": {
      const { source, isPuc51 } = conversion;
      const value = stringValue(source.text, span.start, span.end, isPuc51);
      return { type: "StringLiteral", span, line: conversion.lineOfEnd(span), value };
    }
    case "VarargLiteral":
      conversion.usesVararg = true;
      return inParentheses(conversion, {
        type: "VarargExpression",
        span,
        line: conversion.lineOfEnd(span),
      });
    case "Identifier": {
      const name = conversion.nameText(node);
      if (name === "arg") conversion.usesArg = true;
      return { type: "Identifier", span, line: conversion.errorLine(span), name };
    }
    case "FunctionDeclaration":
      return convertFunction(conversion, node, undefined);
    case "TableConstructorExpression": {
      const entries = node.fields.map((field) => convertTableEntry(conversion, field));
      return { type: "TableExpression", span, line: conversion.lineOfEnd(span), entries };
    }
    case "UnaryExpression":
      return {
        type: "UnaryExpression",
        span,
        line: conversion.lineOfEnd(span),
        operator: unaryOperator(node.operator),
        operand: convertExpression(conversion, node.argument),
      };
    default:
      throw new CompilerBug(`${node.type} has a left operand`);
  }
}

function numberValue(conversion: Conversion, span: Span): number {
  const literal = conversion.source.text.slice(span.start, span.end);
  const value = conversion.isPuc51 ? parsePucNumeral(literal) : parseNumeral(literal);
  if (typeof value === "number") return value;
  throw new CompilerBug("a numeral that has been refused");
}

function convertTableEntry(
  conversion: Conversion,
  node: lua.TableKey | lua.TableKeyString | lua.TableValue,
): TableEntry {
  switch (node.type) {
    case "TableKey":
      return {
        key: convertExpression(conversion, node.key),
        value: convertExpression(conversion, node.value),
      };
    case "TableKeyString":
      return {
        key: convertFieldName(conversion, node.key),
        value: convertExpression(conversion, node.value),
      };
    case "TableValue":
      return { key: undefined, value: convertExpression(conversion, node.value) };
  }
}

function convertFieldName(conversion: Conversion, node: lua.Identifier): StringLiteral {
  const span = spanOf(node);
  const value = conversion.nameText(node);
  return { type: "StringLiteral", span, line: conversion.lineOfEnd(span), value };
}
