import type { ExpressionEmitter } from "../emitters.ts";
import { emitExpression } from "../emitters.ts";

/** `(f())`: an expression used for one value is cut to one anyway. */
export const emitParenthesized: ExpressionEmitter<"Parenthesized"> = (node, context, target) =>
  emitExpression(node.expression, context, target);
