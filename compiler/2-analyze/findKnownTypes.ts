/**
 * Finds variables that always hold a value of one type: they are never reassigned, and what they
 * are declared with can be nothing else. Emitted code leaves out checks on them.
 */
import type { Expression, ForNumericStatement, Name } from "../ast.ts";
import type { Variable } from "./analysis.ts";
import type { NameTable } from "./resolvedNames.ts";
import type { Scopes } from "./resolveScopes.ts";

export function findKnownTypes(scopes: Scopes): void {
  const know = (name: Name, type: Variable["knownType"]): void => {
    const variable = scopes.variables.get(name);
    if (variable !== undefined && !variable.isReassigned) variable.knownType = type;
  };
  // A declaration comes before its uses, so in source order operands' types are seen first.
  for (const node of scopes.declarations) {
    switch (node.type) {
      case "LocalStatement":
        node.names.forEach((name, index) => {
          const value = node.values[index];
          if (value !== undefined) know(name, typeOf(value, scopes));
        });
        break;
      case "ForNumericStatement": {
        know(node.variable, "number");
        const variable = scopes.variables.get(node.variable);
        if (variable?.isReassigned === false) variable.isPositive = countsUpFromOne(node, scopes);
        break;
      }
      case "LocalFunctionStatement":
        know(node.name, "function");
        break;
    }
  }
}

/** Whether a loop's variable is a whole number above 0 in all turns. */
function countsUpFromOne({ start, step }: ForNumericStatement, scopes: Scopes): boolean {
  return (
    isPositive(start, scopes.resolved) && (step === undefined || isPositive(step, scopes.resolved))
  );
}

/** Whether an expression can be nothing but a whole number above 0. */
export function isPositive(node: Expression, resolved: NameTable): boolean {
  switch (node.type) {
    case "NumberLiteral":
      return node.value > 0 && Number.isInteger(node.value);
    case "Identifier":
      return resolved.get(node)?.isPositive === true;
    case "BinaryExpression":
      return (
        "+*".includes(node.operator) &&
        isPositive(node.left, resolved) &&
        isPositive(node.right, resolved)
      );
    default:
      return false;
  }
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
