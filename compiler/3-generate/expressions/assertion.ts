/**
 * `assert(x, message)`. As long as it is the builtin, and `x` is true, nothing is called, and no list made of the arguments,
 * all of which it returns:
 *
 *     if (!($1 === $assert && x !== undefined && x !== false)) { ... }
 */
import type * as ESTree from "estree";
import { operand, type FunctionContext, type Operand } from "../context.ts";
import { truthiness } from "../conditions.ts";
import { and, binary, type JsExpression } from "../estree.ts";
import type { Shortcut } from "./shortcut.ts";

/** Of the operators that an argument may still have, these give booleans. */
const COMPARISONS = new Set(["===", "!==", "<", "<=", ">", ">="]);

/** @param values The arguments of a call of what is named `assert`, evaluated. */
export function assertion(
  callee: Operand,
  values: readonly (JsExpression | ESTree.SpreadElement)[],
  context: FunctionContext,
): Shortcut | undefined {
  const [condition] = values;
  if (condition === undefined || condition.type === "SpreadElement") return undefined;
  const isTrue = truthOf(condition);
  if (isTrue === undefined) return undefined;
  return {
    test: and(binary("===", callee.js, context.helper("assert")), isTrue),
    value: condition,
    isOnlyResult: values.length === 1,
  };
}

/** `undefined` where it is not worth while: numbers and functions, which are always true. */
function truthOf(condition: JsExpression): JsExpression | undefined {
  switch (condition.type) {
    case "Identifier":
    case "MemberExpression":
      return truthiness(operand(condition));
    case "BinaryExpression":
      return COMPARISONS.has(condition.operator) ? condition : undefined;
    case "UnaryExpression":
      return condition.operator === "!" ? condition : undefined;
    default:
      return undefined;
  }
}
