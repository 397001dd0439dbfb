import type * as ESTree from "estree";
import type { ArithmeticOperator, BinaryExpression, ComparisonOperator } from "../../ast.ts";
import type { HelperName } from "../../generated/helpers.ts";
import { operand, type FunctionContext, type Operand } from "../context.ts";
import type { ExpressionEmitter } from "../emitters.ts";
import {
  and,
  assign,
  assignStatement,
  binary,
  call,
  ifStatement,
  isType,
  not,
  type JsExpression,
  type JsStatement,
  firstInto,
  NULL,
} from "../estree.ts";
import { operatorFacts } from "../site.ts";
import { emitConcatenation } from "./concatenation.ts";
import { describe } from "./describe.ts";
import { emitOperandPair } from "./operandPair.ts";
import { isTemporary } from "../names.ts";

/** Longer chains of number operators are cut by a temporary. */
const MAX_NUMBER_SIZE = 12;

/**
 * Two numbers are computed inline, everything else by a helper:
 *
 *     if (typeof a === "number" && typeof b === "number") $1 = a + b; else if (($1 = $add(a, b)) === null) { ... }
 *
 * Tests on operands known to be numbers are left out; with both known, nothing but `a + b` is left.
 */
export const emitBinaryExpression: ExpressionEmitter<"BinaryExpression"> = (
  node,
  context,
  target,
) => {
  if (node.operator === "..") return emitConcatenation(node, context, target);
  const { pressure } = context;
  const { left, right } = emitOperandPair(node.left, node.right, context);
  const takePlace = (): ESTree.Identifier => {
    const place = target ?? reusable(left) ?? reusable(right) ?? context.temporary();
    context.release(pressure, place);
    return place;
  };
  return isArithmetic(node.operator)
    ? emitArithmetic(node, { operator: node.operator, left, right }, takePlace, context)
    : emitComparison(node, { operator: node.operator, left, right }, takePlace, context);
};

/** The temporary of an operand: read for the last time where the result is assigned. */
function reusable({ js }: Operand): ESTree.Identifier | undefined {
  return isTemporary(js) ? js : undefined;
}

/** Where the result goes; asked for only when it is not an operand by itself. */
type TakePlace = () => ESTree.Identifier;

interface Operation<Operator> {
  readonly operator: Operator;
  readonly left: Operand;
  readonly right: Operand;
}

/** Named after the metamethods that they call. */
const ARITHMETIC_HELPERS = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "div",
  "%": "mod",
  "^": "pow",
} satisfies Record<ArithmeticOperator, HelperName>;

function emitArithmetic(
  node: BinaryExpression,
  { operator, left, right }: Operation<ArithmeticOperator>,
  takePlace: TakePlace,
  context: FunctionContext,
): Operand {
  const inline = numberOperation(operator, left.js, right.js, context);
  const size = left.size + right.size + 1;
  if (left.type === "number" && right.type === "number") {
    if (size <= MAX_NUMBER_SIZE) return operand(inline, "number", size);
    const place = takePlace();
    context.pushSited(node, assignStatement(place, inline));
    return operand(place, "number");
  }
  const place = takePlace();
  const helper = ARITHMETIC_HELPERS[operator];
  const slow = call(context.helper(helper), left.js, right.js);
  const names = [describe(node.left, context), describe(node.right, context)];
  const statement = fastOrSlow({ left, right, place, inline, slow }, context);
  context.pushSuspending(node, statement, operatorFacts(helper, names));
  return operand(place);
}

function numberOperation(
  operator: ArithmeticOperator,
  left: JsExpression,
  right: JsExpression,
  context: FunctionContext,
): JsExpression {
  if (operator === "%") return call(context.helper("modulo"), left, right);
  if (operator === "^") return call(context.helper("power"), left, right);
  return binary(operator, left, right);
}

function emitComparison(
  node: BinaryExpression,
  operation: Operation<ComparisonOperator>,
  takePlace: TakePlace,
  context: FunctionContext,
): Operand {
  switch (operation.operator) {
    case "==":
      return emitEquality(node, operation, context);
    case "~=": {
      const equal = emitEquality(node, operation, context);
      return operand(not(equal.js), "boolean", equal.size + 1);
    }
    case "<":
      return emitOrder(node, "<", operation.left, operation.right, takePlace, context);
    case "<=":
      return emitOrder(node, "<=", operation.left, operation.right, takePlace, context);
    case ">":
      return emitOrder(node, "<", operation.right, operation.left, takePlace, context);
    case ">=":
      return emitOrder(node, "<=", operation.right, operation.left, takePlace, context);
  }
}

// eslint-disable-next-line max-params -- left and right are swapped by callers, not a record
function emitOrder(
  node: BinaryExpression,
  operator: "<" | "<=",
  left: Operand,
  right: Operand,
  takePlace: TakePlace,
  context: FunctionContext,
): Operand {
  const inline = binary(operator, left.js, right.js);
  const areNumbers = left.type === "number" && right.type === "number";
  const size = left.size + right.size + 1;
  if (areNumbers) return operand(inline, "boolean", size);
  const place = takePlace();
  const helper = operator === "<" ? "lt" : "le";
  const slow = call(context.helper(helper), left.js, right.js);
  const statement = fastOrSlow({ left, right, place, inline, slow }, context);
  context.pushSuspending(node, statement, operatorFacts(helper));
  return operand(place, "boolean");
}

interface TwoWays {
  readonly left: Operand;
  readonly right: Operand;
  readonly place: ESTree.Identifier;
  /** For two numbers. */
  readonly inline: JsExpression;
  readonly slow: JsExpression;
}

function fastOrSlow(ways: TwoWays, context: FunctionContext): JsStatement {
  const slow = ifStatement(
    binary("===", assign(ways.place, ways.slow), NULL),
    context.exit(firstInto(ways.place)),
  );
  const { left, right } = ways;
  if (!mayBeNumber(left) || !mayBeNumber(right)) return slow;
  const tests: JsExpression[] = [];
  if (left.type === "unknown") tests.push(isType(left.js, "number"));
  if (right.type === "unknown") tests.push(isType(right.js, "number"));
  return ifStatement(and(...tests), assignStatement(ways.place, ways.inline), slow);
}

function mayBeNumber({ type }: Operand): boolean {
  return type === "unknown" || type === "number";
}

/**
 * Only two different tables or userdata can be equal without being identical:
 *
 *     if (!($1 = a === b) && typeof a === "object" && typeof b === "object" && ($1 = $eq(a, b)) === null) { ... }
 */
function emitEquality(
  node: BinaryExpression,
  { left, right }: Operation<ComparisonOperator>,
  context: FunctionContext,
): Operand {
  const identical = binary("===", left.js, right.js);
  const mayBeObject = ({ type }: Operand): boolean => type === "unknown" || type === "table";
  if (!mayBeObject(left) || !mayBeObject(right)) {
    return operand(identical, "boolean", left.size + right.size + 1);
  }
  // The operands are read again after the result was assigned: it needs a place of its own.
  const place = context.temporary();
  const slow = assign(place, call(context.helper("eq"), left.js, right.js));
  const test = and(
    not(assign(place, identical)),
    isType(left.js, "object"),
    isType(right.js, "object"),
    binary("===", slow, NULL),
  );
  const statement = ifStatement(test, context.exit(firstInto(place)));
  context.pushSuspending(node, statement, operatorFacts("eq"));
  return operand(place, "boolean");
}

function isArithmetic(operator: string): operator is ArithmeticOperator {
  return Object.hasOwn(ARITHMETIC_HELPERS, operator);
}
