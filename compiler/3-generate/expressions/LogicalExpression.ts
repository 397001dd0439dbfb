import { operand } from "../context.ts";
import { Destination } from "../destination.ts";
import { truthiness } from "../conditions.ts";
import type { ExpressionEmitter } from "../emitters.ts";
import { emitInto } from "../emitters.ts";
import { block, ifStatement, not, type JsExpression } from "../estree.ts";

/**
 * `a and b`, `a or b`. The right side is evaluated only when it decides:
 *
 *     $1 = a;
 *     if ($1 !== undefined && $1 !== false) { $1 = b; }
 */
export const emitLogicalExpression: ExpressionEmitter<"LogicalExpression"> = (
  node,
  context,
  target,
) => {
  const { place } = new Destination(context, target);
  const left = emitInto(node.left, context, place);
  const test = truthiness(left);
  const wantsRight: JsExpression = node.operator === "and" ? test : not(test);
  const right = context.collect(() => {
    context.scoped(() => emitInto(node.right, context, place));
  });
  context.push(ifStatement(wantsRight, block(right)));
  return operand(place);
};
