import { operand } from "../context.ts";
import { Destination } from "../destination.ts";
import type { ExpressionEmitter } from "../emitters.ts";
import { emitExpression } from "../emitters.ts";
import {
  assign,
  assignStatement,
  binary,
  call,
  firstInto,
  ifStatement,
  isType,
  literal,
  unary,
} from "../estree.ts";
import { emitCondition } from "../conditions.ts";
import { describe } from "./describe.ts";
import { not } from "../estree.ts";
import { operatorFacts } from "../site.ts";

/**
 *     if (typeof x === "number") $1 = -x; else if (($1 = $unm(x)) === $SUSP) { ... }
 *     if (($1 = $length(x)) === $SUSP) { ... }
 */
export const emitUnaryExpression: ExpressionEmitter<"UnaryExpression"> = (
  node,
  context,
  target,
) => {
  if (node.operator === "not") {
    const condition = emitCondition(node.operand, context);
    return operand(not(condition.js), "boolean", condition.size + 1);
  }
  const destination = new Destination(context, target);
  if (node.operator === "-" && node.operand.type === "NumberLiteral") {
    return operand(literal(-node.operand.value), "number");
  }
  const value = emitExpression(node.operand, context);
  if (node.operator === "-" && value.type === "number") {
    return operand(unary("-", value.js), "number", value.size + 1);
  }
  const { place } = destination;
  const isMinus = node.operator === "-";
  const slow = ifStatement(
    binary(
      "===",
      assign(place, call(context.helper(isMinus ? "unm" : "length"), value.js)),
      context.helper("SUSP"),
    ),
    context.exit(firstInto(place)),
  );
  const fast = assignStatement(place, unary("-", value.js));
  const hasFast = isMinus && value.type === "unknown";
  const statement = hasFast ? ifStatement(isType(value.js, "number"), fast, slow) : slow;
  const facts = operatorFacts(isMinus ? "unm" : "len", [describe(node.operand, context)]);
  context.pushSuspending(node, statement, facts);
  return operand(place);
};
