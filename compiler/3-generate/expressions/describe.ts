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
      return node.key.type === "StringLiteral" ? `field '${node.key.value}'` : "";
    case "LogicalExpression":
      // The instruction before the use is the one that computed the right operand, unless a jump
      // of the left one needs a constant behind it.
      return endsInJump(node.left) ? "" : describe(node.right, context);
    default:
      return "";
  }
}

/** Whether LuaJIT computes an expression by comparing and jumping. */
function endsInJump(node: Expression): boolean {
  switch (node.type) {
    case "BinaryExpression":
      return COMPARISONS.has(node.operator);
    case "UnaryExpression":
      return node.operator === "not";
    case "LogicalExpression":
      return endsInJump(node.left) || endsInJump(node.right);
    default:
      return false;
  }
}

const COMPARISONS = new Set<string>(["==", "~=", "<", "<=", ">", ">="]);
