/** Expressions used as conditions: false and nil are false, all else is true (manual 2.4.4). */
import type { Expression, LogicalExpression } from "../ast.ts";
import { pushConditionTrace } from "./accessible/traces.ts";
import { operand, type FunctionContext, type Operand } from "./context.ts";
import { emitExpression } from "./emitters.ts";
import {
  and,
  assignStatement,
  binary,
  block,
  ifStatement,
  literal,
  logical,
  not,
  UNDEFINED,
  type JsExpression,
  type JsStatement,
} from "./estree.ts";

/** A JavaScript boolean that says whether an expression counts as true. */
export function emitCondition(node: Expression, context: FunctionContext): Operand {
  if (node.type === "LogicalExpression") return emitLogicalCondition(node, context);
  if (node.type === "UnaryExpression" && node.operator === "not") {
    const condition = emitCondition(node.operand, context);
    return operand(not(condition.js), "boolean", condition.size + 1);
  }
  const value = emitExpression(node, context);
  return operand(truthiness(value), "boolean", value.size + 1);
}

/** A condition and the statements that must run before it. */
export function collectCondition(
  node: Expression,
  context: FunctionContext,
): { before: JsStatement[]; condition: JsExpression } {
  let condition = literal(true);
  const before = context.collect(() => {
    condition = emitCondition(node, context).js;
  });
  return { before, condition };
}

/** `collectCondition` for a statement that jumps by the condition, which hooks see. */
export function collectTracedCondition(
  node: Expression,
  context: FunctionContext,
): { before: JsStatement[]; condition: JsExpression } {
  const { before, condition } = collectCondition(node, context);
  if (context.access === undefined) return { before, condition };
  const trace = context.collect(() => {
    pushConditionTrace(node, context);
  });
  return { before: [...before, ...trace], condition };
}

/** The test of an operand that is already there. */
export function truthiness(value: Operand): JsExpression {
  switch (value.type) {
    case "boolean":
      return value.js;
    case "nil":
      return literal(false);
    case "unknown":
      return and(binary("!==", value.js, UNDEFINED), binary("!==", value.js, literal(false)));
    default:
      return literal(true);
  }
}

/** JavaScript's own `&&` and `||` where the right side needs no statements of its own. */
function emitLogicalCondition(node: LogicalExpression, context: FunctionContext): Operand {
  const left = emitCondition(node.left, context);
  let right = operand(literal(true), "boolean");
  const statements = context.collect(() => {
    right = emitCondition(node.right, context);
  });
  const isAnd = node.operator === "and";
  const size = left.size + right.size + 1;
  if (statements.length === 0 && size <= MAX_CONDITION_SIZE) {
    return operand(logical(isAnd ? "&&" : "||", left.js, right.js), "boolean", size);
  }
  const place = context.temporary();
  const rest = block([...statements, assignStatement(place, right.js)]);
  context.push(assignStatement(place, left.js));
  context.push(ifStatement(isAnd ? place : not(place), rest));
  return operand(place, "boolean");
}

/** Longer conditions are cut by a temporary, for the reader and for V8's parser. */
const MAX_CONDITION_SIZE = 12;
