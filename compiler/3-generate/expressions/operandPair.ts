/**
 * The order in which two operands are read. LuaJIT takes a local variable of the running function
 * as operand where it is, so in `x + change()` a new value of `x` counts; everything else on the
 * left is evaluated before the right. Only boxed variables can tell the difference.
 */
import type { Expression } from "../../ast.ts";
import { isBoxed } from "../../2-analyze/index.ts";
import type { FunctionContext, Operand } from "../context.ts";
import { emitExpression } from "../emitters.ts";

export function emitOperandPair(
  left: Expression,
  right: Expression,
  context: FunctionContext,
): { readonly left: Operand; readonly right: Operand } {
  if (isOwnBox(left, context)) {
    const later = emitExpression(right, context);
    return { left: emitExpression(left, context), right: later };
  }
  const first = emitExpression(left, context);
  if (context.access === undefined) return { left: first, right: emitExpression(right, context) };
  return context.whilePending(() => {
    context.keepPending(left, first.js);
    return { left: first, right: emitExpression(right, context) };
  });
}

function isOwnBox(node: Expression, context: FunctionContext): boolean {
  if (node.type !== "Identifier") return false;
  const variable = context.module.analysis.resolved.get(node);
  return variable !== undefined && isBoxed(variable) && variable.owner === context.node;
}
