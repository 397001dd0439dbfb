/**
 * What error messages call an expression, as LuaJIT finds it in its bytecode (lj_debug.c,
 * `lj_debug_slotname`): by variable, by constant field or method name, else not at all.
 */
import type { Expression } from "../../ast.ts";
import type { FunctionContext } from "../context.ts";

/** "local 'x'", "upvalue 'x'", "global 'x'", "field 'x'"; "" when it has no name. */
export function describe(node: Expression, context: FunctionContext): string {
  switch (node.type) {
    case "Identifier": {
      const variable = context.module.analysis.resolved.get(node);
      if (variable === undefined) return `global '${node.name}'`;
      return variable.owner === context.node ? `local '${node.name}'` : `upvalue '${node.name}'`;
    }
    case "IndexExpression":
      return node.key.type === "StringLiteral" ? `field '${cString(node.key.value)}'` : "";
    case "LogicalExpression":
      // The instruction before the use is the one that computed the right operand, unless the left
      // one may give a boolean by a jump: then the constant for it stands in between.
      return jumpsTo(node.left, node.operator === "or") ? "" : describe(node.right, context);
    default:
      return "";
  }
}

/** Whether LuaJIT may compute this boolean, as the value of the expression, by a jump. */
function jumpsTo(node: Expression, outcome: boolean): boolean {
  switch (node.type) {
    case "BinaryExpression":
      return COMPARISONS.has(node.operator);
    case "UnaryExpression":
      return node.operator === "not";
    case "LogicalExpression":
      // The left side gives the value only when it decides.
      return (
        jumpsTo(node.right, outcome) ||
        (outcome === (node.operator === "or") && jumpsTo(node.left, outcome))
      );
    default:
      return false;
  }
}

const COMPARISONS = new Set<string>(["==", "~=", "<", "<=", ">", ">="]);

/** A name as C prints it: up to the first zero byte. */
function cString(text: string): string {
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}
