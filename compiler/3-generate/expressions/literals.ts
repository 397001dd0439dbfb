/** Literals are operands as they are. */
import { operand } from "../context.ts";
import type { ExpressionEmitter } from "../emitters.ts";
import { literal, UNDEFINED } from "../estree.ts";

export const emitNilLiteral: ExpressionEmitter<"NilLiteral"> = () => operand(UNDEFINED, "nil");

export const emitBooleanLiteral: ExpressionEmitter<"BooleanLiteral"> = (node) =>
  operand(literal(node.value), "boolean");

export const emitNumberLiteral: ExpressionEmitter<"NumberLiteral"> = (node) =>
  operand(literal(node.value), "number");

export const emitStringLiteral: ExpressionEmitter<"StringLiteral"> = (node, context) => {
  if (node.value === "__mode") context.module.namesMode = true;
  return operand(literal(node.value), "string");
};
