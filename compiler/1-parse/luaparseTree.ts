/** Questions to luaparse's nodes. */
import type { BinaryExpression, Span, UnaryExpression } from "../ast.ts";
import { CompilerBug } from "../compilerBug.ts";
import type { lua } from "./fromLuaparse.ts";

export type CallNode = lua.CallExpression | lua.TableCallExpression | lua.StringCallExpression;

/** What an expression begins with; for a method call, the object. */
export function leftOperand(node: lua.Expression): lua.Expression | undefined {
  switch (node.type) {
    case "BinaryExpression":
    case "LogicalExpression":
      return node.left;
    case "MemberExpression":
    case "IndexExpression":
      return node.base;
    case "CallExpression":
    case "TableCallExpression":
    case "StringCallExpression":
      return isMethod(node.base) ? node.base.base : node.base;
    default:
      return undefined;
  }
}

/** Whether this is `object:name` of a method call or a function's name. */
export function isMethod(node: lua.Expression): node is lua.MemberExpression {
  return node.type === "MemberExpression" && node.indexer === ":";
}

export function binaryOperator(
  operator: lua.BinaryExpression["operator"],
): BinaryExpression["operator"] {
  switch (operator) {
    case "//":
    case "&":
    case "|":
    case "~":
    case "<<":
    case ">>":
      throw new CompilerBug(`operator ${operator}`);
    default:
      return operator;
  }
}

export function unaryOperator(
  operator: lua.UnaryExpression["operator"],
): UnaryExpression["operator"] {
  if (operator === "~") throw new CompilerBug("operator ~");
  return operator;
}

export function spanOf(node: lua.Node): Span {
  const [start, end] = (node as { range?: [number, number] }).range ?? [0, 0];
  return { start, end };
}
