/**
 * Lists of expressions whose last one may give any number of values (manual 2.5): arguments,
 * results, right sides of assignments, positional entries of a table.
 */
import type * as ESTree from "estree";
import type { CallExpression, Expression, VarargExpression } from "../ast.ts";
import { pushTrace, type TracePlace } from "./accessible/traces.ts";
import { operand, type FunctionContext, type Operand } from "./context.ts";
import { emitExpression } from "./emitters.ts";
import {
  assignStatement,
  block,
  call,
  element,
  identifier,
  ifStatement,
  isArray,
  literal,
  spread,
  UNDEFINED,
  type JsExpression,
  type JsStatement,
} from "./estree.ts";
import { emitCallForAll, emitCallForFew } from "./expressions/CallExpression.ts";

export type Multiple = CallExpression | VarargExpression;

/** Whether an expression gives as many values as it has when it is the last of a list. */
export function isMultiple(node: Expression | undefined): node is Multiple {
  return node?.type === "CallExpression" || node?.type === "VarargExpression";
}

/** An array with all values of a call or of `...`. It must not be changed. */
export function emitAll(node: Multiple, context: FunctionContext): JsExpression {
  if (node.type === "CallExpression") return emitCallForAll(node, context);
  context.usesVararg = true;
  return identifier("$va");
}

/** Whether LuaJIT has an instruction that does nothing but to put this value in its place. */
function isLoad(node: Expression, context: FunctionContext): boolean {
  if (context.access === undefined) return false;
  return node.type === "Identifier"
    ? context.module.analysis.resolved.has(node)
    : node.type.endsWith("Literal");
}

/**
 * All values of a list, as the arguments of a call or the elements of an array.
 *
 * @param end In accessible code: where the last value is put into its place, when not where it stands.
 */
export function emitList(
  nodes: readonly Expression[],
  context: FunctionContext,
  end?: TracePlace,
): (JsExpression | ESTree.SpreadElement)[] {
  if (nodes.length === 0) return [];
  return context.whilePending(() =>
    nodes.map((node, index) => {
      if (index === nodes.length - 1 && isMultiple(node)) return spread(emitAll(node, context));
      const { js } = emitExpression(node, context);
      if (isLoad(node, context))
        pushTrace(index < nodes.length - 1 ? node : (end ?? node), context);
      context.access?.keepPending(js);
      return js;
    }),
  );
}

/** The first values of a call or of `...`, more than one. */
function emitFew(node: Multiple, count: number, context: FunctionContext): Operand[] {
  if (node.type === "VarargExpression" || context.access !== undefined) {
    return emitFromList(node, count, context);
  }
  const results = emitCallForFew(node, context);
  const places = Array.from({ length: count }, () => context.temporary());
  context.push(takeResults(results, places, context));
  return places.map((place) => operand(place));
}

/** As `emitFew`, in little code: for calls that are not repeated. */
export function emitFromList(node: Multiple, count: number, context: FunctionContext): Operand[] {
  const all = emitAll(node, context);
  return Array.from({ length: count }, (_, offset) => operand(element(all, literal(offset))));
}

/**
 * What a call gave, one value bare:
 *
 *     if (Array.isArray($1)) { a = $1[0]; b = $1[1]; } else { a = $bare($1); b = undefined; }
 *
 * One value, or none, is no list here. Optimized code that has read lists of floats and a list of something else makes lists
 * of objects of those of floats, at each call: 5 times the time of a loop that calls `return nil` or `return x, y`. `$bare`
 * gives what it is given: where it was never called, optimized code ends in front of it, and `a` need not be anything.
 */
export function takeResults(
  results: ESTree.Identifier,
  targets: readonly ESTree.Identifier[],
  context: FunctionContext,
): JsStatement {
  const take = (value: (offset: number) => JsExpression): JsStatement =>
    block(targets.map((target, offset) => assignStatement(target, value(offset))));
  return ifStatement(
    isArray(results),
    take((offset) => element(results, literal(offset))),
    take((offset) => (offset === 0 ? call(context.helper("bare"), results) : UNDEFINED)),
  );
}

/** As many operands as wanted: missing values are nil, surplus expressions are still evaluated. */
export function emitAdjusted(
  nodes: readonly Expression[],
  count: number,
  context: FunctionContext,
  emitLast = emitFew,
): Operand[] {
  const values: Operand[] = [];
  context.whilePending(() => {
    nodes.forEach((node, index) => {
      const missing = count - values.length;
      if (index === nodes.length - 1 && missing > 1 && isMultiple(node)) {
        values.push(...emitLast(node, missing, context));
      } else {
        const value = emitExpression(node, context);
        context.access?.keepPending(value.js);
        values.push(value);
      }
    });
  });
  while (values.length < count) values.push(operand(UNDEFINED, "nil"));
  return values.slice(0, count);
}
