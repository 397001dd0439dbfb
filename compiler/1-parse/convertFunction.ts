import type { FunctionExpression } from "../ast.ts";
import type { Conversion } from "./conversion.ts";
import { convertBlock } from "./convertStatement.ts";
import type { lua } from "./fromLuaparse.ts";
import { isMethod, spanOf } from "./luaparseTree.ts";

/**
 * luaparse's functions to ours.
 *
 * @param identifier What a function statement calls it; a method gets its `self` here.
 */
export function convertFunction(
  conversion: Conversion,
  node: lua.FunctionDeclaration,
  identifier: lua.Identifier | lua.MemberExpression | undefined,
): FunctionExpression {
  const span = spanOf(node);
  const lastLine = conversion.lineOfEnd(span);
  const names = node.parameters.filter((parameter) => parameter.type === "Identifier");
  const parameters = names.map((name) => conversion.name(name));
  if (identifier !== undefined && isMethod(identifier)) {
    parameters.unshift({ ...conversion.name(identifier.identifier), name: "self" });
  }
  return {
    type: "FunctionExpression",
    span,
    line: lastLine,
    parameters,
    isVararg: names.length < node.parameters.length,
    body: convertBlock(conversion, node.body),
    name: identifier === undefined ? undefined : functionName(conversion, identifier),
    firstLine: conversion.lineOfStart(span),
    lastLine,
  };
}

/** What the source calls a function: "a.b:c". */
function functionName(
  conversion: Conversion,
  identifier: lua.Identifier | lua.MemberExpression,
): string {
  const parts: string[] = [];
  let current: lua.Expression = identifier;
  while (current.type === "MemberExpression") {
    parts.push(current.indexer + conversion.nameText(current.identifier));
    current = current.base;
  }
  if (current.type === "Identifier") parts.push(conversion.nameText(current));
  return parts.reverse().join("");
}
