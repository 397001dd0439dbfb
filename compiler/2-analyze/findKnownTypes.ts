/**
 * Finds variables that always hold a value of one type: they are never reassigned, and what they
 * are declared with can be nothing else. Emitted code leaves out checks on them.
 */
import type { Chunk, Expression, Name, Statement } from "../ast.ts";
import { forEachChild } from "../visit.ts";
import type { Variable } from "./analysis.ts";
import type { Scopes } from "./resolveScopes.ts";

export function findKnownTypes(chunk: Chunk, scopes: Scopes): void {
  const know = (name: Name, type: Variable["knownType"]): void => {
    const variable = scopes.variables.get(name);
    if (variable !== undefined && !variable.isReassigned) variable.knownType = type;
  };
  // A declaration comes before its uses, so one walk in source order sees operands' types first.
  const visit = (node: Statement | Expression): void => {
    if (node.type === "LocalStatement") {
      node.names.forEach((name, index) => {
        const value = node.values[index];
        if (value !== undefined) know(name, typeOf(value, scopes));
      });
    } else if (node.type === "ForNumericStatement") {
      know(node.variable, "number");
    } else if (node.type === "LocalFunctionStatement") {
      know(node.name, "function");
    }
    forEachChild(node, visit);
  };
  visit(chunk.main);
}

function typeOf(node: Expression, scopes: Scopes): Variable["knownType"] {
  switch (node.type) {
    case "NumberLiteral":
      return "number";
    case "StringLiteral":
      return "string";
    case "FunctionExpression":
      return "function";
    case "TableExpression":
      return "table";
    case "Identifier":
      return scopes.resolved.get(node)?.knownType;
    case "UnaryExpression":
      return node.operator === "-"
        ? numberIf(typeOf(node.operand, scopes) === "number")
        : undefined;
    case "BinaryExpression":
      return "+-*/%^".includes(node.operator)
        ? numberIf(
            typeOf(node.left, scopes) === "number" && typeOf(node.right, scopes) === "number",
          )
        : undefined;
    default:
      return undefined;
  }
}

function numberIf(condition: boolean): "number" | undefined {
  return condition ? "number" : undefined;
}
