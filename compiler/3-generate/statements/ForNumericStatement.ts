import type * as ESTree from "estree";
import type { ForNumericStatement } from "../../ast.ts";
import { bodyOf, isBoxed } from "../../2-analyze/index.ts";
import {
  controlOf,
  pushJumpBack,
  pushLoopEnd,
  pushLoopStart,
  pushTrace,
} from "../accessible/traces.ts";
import { operand, type FunctionContext, type Operand } from "../context.ts";
import { hasFewTurns, pushCheckpoint } from "../checkpoints.ts";
import type { StatementEmitter } from "../emitters.ts";
import { emitExpression } from "../emitters.ts";
import {
  assign,
  assignStatement,
  binary,
  call,
  conditional,
  forStatement,
  literal,
  logical,
  sited,
  type JsExpression,
} from "../estree.ts";
import { emitBlock } from "./block.ts";
import { declaration } from "./variables.ts";

/**
 * The bounds are evaluated once (manual 2.4.5). A variable that the body assigns to, or that
 * closures share, is a copy of the counter, new in each turn:
 *
 *     for (i = 1; i <= $1; i += 1) { ... }
 *     for ($1 = 1; $1 <= $2; $1 += 1) { i = { v: $1 }; ... }
 */
export const emitForNumericStatement: StatementEmitter<"ForNumericStatement"> = (node, context) => {
  context.inScope(() => {
    emitLoop(node, context);
  });
};

function emitLoop(node: ForNumericStatement, context: FunctionContext): void {
  // All bounds are evaluated before any is looked at, as in LuaJIT.
  const [startValue, limitValue, stepValue] = [node.start, node.limit, node.step].map((bound) =>
    bound === undefined ? operand(literal(1), "number") : emitExpression(bound, context),
  ) as [Operand, Operand, Operand];
  const start = emitBound(node, startValue, "initial value", context);
  const hidden = context.access === undefined ? undefined : hiddenVariables(node, context);
  const limit = emitBound(node, limitValue, "limit", context, hidden?.limit);
  const step = emitBound(node, stepValue, "step", context, hidden?.step);
  context.inLoop(node, () => {
    emitTurns(node, { start, limit, step, hidden }, context);
  });
}

interface Bounds {
  readonly start: Operand;
  readonly limit: Operand;
  readonly step: Operand;
  readonly hidden: ReturnType<typeof hiddenVariables> | undefined;
}

function emitTurns(
  node: ForNumericStatement,
  { start, limit, step, hidden }: Bounds,
  context: FunctionContext,
): void {
  const label = context.newLabel("for");
  const variable = context.variableOf(node.variable);
  const isCounter = !variable.isReassigned && !isBoxed(variable);
  const counter =
    hidden?.index ?? (isCounter ? context.declareLocal(node.variable).target : context.temporary());
  const forPlace = context.access === undefined ? node : controlOf(node, context);
  pushLoopStart({ jump: { line: node.line, span: forPlace.span }, control: forPlace }, context);
  const body = context.inBreakable({ isLoop: true, label }, () => {
    if (!hasFewTurns(node) || context.module.suspension === "everywhere") {
      pushCheckpoint(node, context);
    }
    if (!isCounter) context.push(declaration(node.variable, counter, context));
    emitBlock(node.body, context);
    pushTrace(forPlace, context);
    pushJumpBack(context);
  });
  const { isPuc51 } = context.module;
  const loop = forStatement(
    {
      init: assign(counter, isPuc51 ? firstOf(start.js, step.js) : start.js),
      test: testOf(counter, limit.js, step.js, isPuc51),
      update: assign(counter, step.js, "+="),
    },
    body,
  );
  context.push(context.jumps.labeledLoop(label, sited(siteOf(node), loop)));
  pushLoopEnd(context);
}

/** In accessible code: what LuaJIT keeps the state of the loop in. */
function hiddenVariables(node: ForNumericStatement, context: FunctionContext) {
  const hide = (name: string) => context.loopTemporary(name, bodyOf(node), node.variable);
  return { index: hide("(for index)"), limit: hide("(for limit)"), step: hide("(for step)") };
}

/**
 * A bound as a number that the body can't change. By the difference (`$forNumber(n, "limit") - 0`) V8 knows that it is one,
 * and counts without looking at it in each turn (measured on a loop that sums up: 0.75 of the time).
 *
 * @param variable Where it is wanted, if it matters.
 */
// eslint-disable-next-line max-params -- one more in accessible code only
function emitBound(
  node: ForNumericStatement,
  value: Operand,
  what: string,
  context: FunctionContext,
  variable?: ESTree.Identifier,
): Operand {
  const isLiteral = value.js.type === "Literal" || isNegativeLiteral(value.js);
  if (variable === undefined && isLiteral && value.type === "number") return value;
  const place = variable ?? context.temporary();
  const number =
    value.type === "number"
      ? value.js
      : binary("-", call(context.helper("forNumber"), value.js, literal(what)), literal(0));
  context.pushSited(node, assignStatement(place, number));
  return operand(place, "number");
}

/** PUC Lua begins a step before the start, and takes one. With fractions, large and infinite numbers one can tell. */
function firstOf(start: JsExpression, step: JsExpression): JsExpression {
  if (isWhole(start) && isWhole(step)) return start;
  return binary("+", binary("-", start, step), step);
}

function isWhole(js: JsExpression): boolean {
  return js.type === "Literal" && Number.isSafeInteger(js.value);
}

/**
 * Which way the loop runs is mostly known. LuaJIT looks at the sign bit of the step: 0 is upwards, -0 downwards.
 * In PUC Lua what is not above 0 is downwards.
 */
function testOf(
  counter: JsExpression,
  limit: JsExpression,
  step: JsExpression,
  isPuc51: boolean,
): JsExpression {
  const up = binary("<=", counter, limit);
  const down = binary(">=", counter, limit);
  if (isNegativeLiteral(step)) return down;
  if (step.type === "Literal") return isPuc51 && step.value === 0 ? down : up;
  const isAbove = binary(">", step, literal(0));
  if (isPuc51) return conditional(isAbove, up, down);
  const isZero = binary("===", step, literal(0));
  const isPositive = binary(">", binary("/", literal(1), step), literal(0));
  return conditional(logical("||", isAbove, logical("&&", isZero, isPositive)), up, down);
}

function isNegativeLiteral(js: JsExpression): boolean {
  return js.type === "UnaryExpression" && js.operator === "-" && js.argument.type === "Literal";
}

function siteOf(node: ForNumericStatement) {
  return { line: node.line, offset: node.span.start };
}
