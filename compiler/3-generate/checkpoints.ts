/**
 * Checkpoints: where a function looks whether it may go on (runtime/core/budget.ts). Whatever can run
 * without end passes one again and again: there is one at each turn of a loop, and one before each
 * call behind which the function goes on.
 *
 *     if ($current.isWatched === true && $alarm[0] !== 0) $checkpoint();
 *     if ($current.isWatched === true && $alarm[0] !== 0 && $checkpoint() === null) { ... }      for tests
 *
 * They cost 0.3 ns each once they are needed, so there are no more than that takes: the one of a loop covers the calls in
 * it, one before the first statement with a call covers those that follow, and loops of a few turns
 * have none. Recursion by metamethods alone is watched by the runtime, and so are tail calls and walks
 * over tables.
 */
import type { Block, Expression, ForNumericStatement, Statement } from "../ast.ts";
import { forEachChild } from "../visit.ts";
import type { FunctionContext } from "./context.ts";
import {
  and,
  binary,
  call,
  DROPPED,
  element,
  expressionStatement,
  ifStatement,
  literal,
  member,
  NULL,
} from "./estree.ts";

/** A loop of at most so many turns can't take long by itself. */
const FEW_TURNS = 1000;

/** @param node Whose line an error is reported at. */
export function pushCheckpoint(
  node: { readonly line: number; readonly span: { readonly start: number } },
  context: FunctionContext,
): void {
  const { suspension } = context.module;
  if (suspension === "none") return;
  const watch = context.loopConstants.get(context.helper("current"), "$watch", context);
  const isRaised = and(
    // V8 would ask of any other value whether it counts as true.
    binary("===", member(watch, "isWatched"), literal(true)),
    binary("!==", element(context.helper("alarm"), literal(0)), literal(0)),
  );
  const check = call(context.helper("checkpoint"));
  context.withoutTraces(() => {
    if (suspension === "normal") {
      context.pushSited(node, ifStatement(isRaised, expressionStatement(check)));
      return;
    }
    const test = and(isRaised, binary("===", check, NULL));
    context.pushSuspending(node, ifStatement(test, context.exit(DROPPED)));
  });
}

/** The first statement of a function's body that needs a checkpoint before it; -1 for none. */
export function firstUncoveredCall(body: Block): number {
  return body.statements.findIndex(hasUncoveredCall);
}

function hasUncoveredCall(node: Statement | Expression): boolean {
  switch (node.type) {
    case "CallExpression":
      return true;
    case "FunctionExpression":
      return false;
    case "ReturnStatement": {
      const [value] = node.values;
      const isTailCall = node.values.length === 1 && value?.type === "CallExpression";
      return isTailCall
        ? [value.callee, ...value.arguments].some(hasUncoveredCall)
        : node.values.some(hasUncoveredCall);
    }
    case "WhileStatement":
      return hasUncoveredCall(node.condition);
    case "RepeatStatement":
      return false;
    case "ForGenericStatement":
      return node.iterators.some(hasUncoveredCall) || someStatement(node.body);
    case "ForNumericStatement": {
      const bounds = [node.start, node.limit, ...(node.step === undefined ? [] : [node.step])];
      return bounds.some(hasUncoveredCall) || (hasFewTurns(node) && someStatement(node.body));
    }
    default: {
      let isFound = false;
      forEachChild(node, (child) => {
        isFound ||= hasUncoveredCall(child);
      });
      return isFound;
    }
  }
}

function someStatement({ statements }: Block): boolean {
  return statements.some(hasUncoveredCall);
}

/** Whether a loop can be seen to have few turns. */
export function hasFewTurns({ start, limit, step }: ForNumericStatement): boolean {
  if (start.type !== "NumberLiteral" || limit.type !== "NumberLiteral" || step !== undefined) {
    return false;
  }
  return limit.value - start.value < FEW_TURNS;
}
