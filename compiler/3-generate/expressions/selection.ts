/**
 * `select("#", ...)` and `select(i, ...)` for one value, as loops over `...` call them. As long as `select` is the
 * builtin no list of arguments is made:
 *
 *     if ($_select.v === $select) $1 = $va.length; else { ... }
 *     if ($_select.v === $select && $va.length >= i && i >= 1 && (i | 0) === i) $1 = $va[i - 1]; else { ... }
 */
import type * as ESTree from "estree";
import type { CallExpression } from "../../ast.ts";
import { operand, type FunctionContext, type Operand } from "../context.ts";
import { Destination } from "../destination.ts";
import { emitExpression } from "../emitters.ts";
import {
  and,
  assignStatement,
  binary,
  block,
  element,
  identifier,
  ifStatement,
  literal,
  member,
  type JsExpression,
} from "../estree.ts";
import { emitCallInto } from "./CallExpression.ts";
import { previous } from "./IndexExpression.ts";

export function isSelection(node: CallExpression, context: FunctionContext): boolean {
  const { callee, method } = node;
  const { analysis } = context.module;
  if (analysis.usesEnvironments || analysis.isAccessible || method !== undefined) return false;
  if (callee.type !== "Identifier" || callee.name !== "select") return false;
  if (analysis.resolved.has(callee) || node.arguments.length !== 2) return false;
  const [selector, values] = node.arguments;
  if (values?.type !== "VarargExpression" || selector === undefined) return false;
  if (selector.type === "StringLiteral") return selector.value === "#";
  // It is evaluated once more where the builtin is called: what could call a function is left to that.
  if (selector.type === "Identifier") return analysis.resolved.has(selector);
  return selector.type === "NumberLiteral";
}

export function emitSelection(
  node: CallExpression,
  context: FunctionContext,
  target: ESTree.Identifier | undefined,
): Operand {
  const { place } = new Destination(context, target);
  context.usesVararg = true;
  const [selector] = node.arguments;
  const va = identifier("$va");
  const length = member(va, "length");
  const selectCell = identifier(context.module.cell("select"));
  const cell = member(context.loopConstants.get(selectCell, "$in_select", context), "v");
  const tests: JsExpression[] = [binary("===", cell, context.helper("select"))];
  let value: JsExpression = length;
  if (selector !== undefined && selector.type !== "StringLiteral") {
    const { js: index } = emitExpression(selector, context);
    const isInteger = binary("===", binary("|", index, literal(0)), index);
    tests.push(binary(">=", length, index), binary(">=", index, literal(1)), isInteger);
    value = element(va, previous(index));
  }
  const otherwise = context.collect(() => {
    emitCallInto(place, node, context);
  });
  context.push(ifStatement(and(...tests), assignStatement(place, value), block(otherwise)));
  return operand(place);
}
