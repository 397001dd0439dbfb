import { operand, type FunctionContext, type Operand } from "../context.ts";
import { Destination } from "../destination.ts";
import type { ExpressionEmitter } from "../emitters.ts";
import { emitExpression } from "../emitters.ts";
import {
  and,
  assign,
  assignStatement,
  binary,
  call,
  firstInto,
  ifStatement,
  isNil,
  isType,
  literal,
  member,
  unary,
  type JsExpression,
  NULL,
} from "../estree.ts";
import { emitCondition } from "../conditions.ts";
import { describe } from "./describe.ts";
import { not } from "../estree.ts";
import { operatorFacts } from "../site.ts";
import { hasPart, partsOf } from "../views.ts";

/**
 *     if (typeof x === "number") $1 = -x; else if (($1 = $unm(x)) === null) { ... }
 *     if (t !== undefined && t.array !== undefined && t.hash === undefined) $1 = t.array.length; else if (($1 = $length(t)) === null) { ... }
 *
 * What is laid out like a table and is none has a hash part. Where tables may have `__len`, they have no metatable, either.
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
    binary("===", assign(place, call(context.helper(isMinus ? "unm" : "length"), value.js)), NULL),
    context.exit(firstInto(place)),
  );
  const fast = isMinus ? fastMinus(value) : fastLength(value, context);
  const statement =
    fast === undefined ? slow : ifStatement(fast.test, assignStatement(place, fast.result), slow);
  const facts = operatorFacts(isMinus ? "unm" : "len", [describe(node.operand, context)]);
  context.pushSuspending(node, statement, facts);
  return operand(place);
};

interface FastPath {
  readonly test: JsExpression;
  readonly result: JsExpression;
}

function fastMinus({ js, type }: Operand): FastPath | undefined {
  if (type !== "unknown") return undefined;
  return { test: isType(js, "number"), result: unary("-", js) };
}

function fastLength(value: Operand, context: FunctionContext): FastPath | undefined {
  if (value.js.type !== "Identifier" || (value.type !== "unknown" && value.type !== "table")) {
    return undefined;
  }
  const { parts, isTable } = partsOf(value, context);
  const test = and(
    ...(isTable ? [] : hasPart(parts, "array")),
    isNil(member(parts, "hash")),
    ...(context.module.isLua52Compatible ? [isNil(member(parts, "metatable"))] : []),
  );
  return { test, result: member(member(parts, "array"), "length") };
}
