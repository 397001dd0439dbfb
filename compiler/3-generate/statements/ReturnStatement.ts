import type * as ESTree from "estree";
import type { CallExpression, Expression, ReturnStatement } from "../../ast.ts";
import type { HelperName } from "../../generated/helpers.ts";
import { ACTIVATION } from "../accessible/functionAccess.ts";
import { endOfNode, pushReturnTrace, pushTrace } from "../accessible/traces.ts";
import type { FunctionContext } from "../context.ts";
import type { StatementEmitter } from "../emitters.ts";
import { emitExpression } from "../emitters.ts";
import {
  array,
  assignStatement,
  call,
  continueStatement,
  expressionStatement,
  identifier,
  ifStatement,
  returnStatement,
  UNDEFINED,
  type JsExpression,
} from "../estree.ts";
import { prepareCall, tailCallOf, wholeShortcut } from "../expressions/CallExpression.ts";
import { isTemporary } from "../names.ts";
import { emitAdjusted, emitAll, emitList, isMultiple } from "../valueLists.ts";

/**
 * One value is returned bare, none or several as an array (runtime/core/call.ts). `return f(...)`
 * is a proper tail call (manual 2.5.8), and one to the function itself starts it over.
 */
export const emitReturnStatement: StatementEmitter<"ReturnStatement"> = (node, context) => {
  const value = node.values[0];
  if (value === undefined) {
    pushReturn(node, context.helper("NONE"), context);
  } else if (node.values.length > 1) {
    if (!isMultiple(node.values.at(-1))) context.returnedLists.push(node.values);
    pushReturn(node, joined(emitList(node.values, context), context), context);
  } else if (value.type === "CallExpression") {
    if (context.isSelfTailCall(value)) emitSelfTailCall(value, context);
    else emitTailCall(value, context);
  } else if (isMultiple(value)) {
    pushReturn(node, emitAll(value, context), context);
  } else {
    pushReturn(node, emitExpression(value, context).js, context);
  }
};

/** `[a, b]`, `[a, b, c, ...$1]`, or with few values before the last: `$after(a, $1)` */
function joined(
  values: readonly (JsExpression | ESTree.SpreadElement)[],
  context: FunctionContext,
): JsExpression {
  const others = values.slice(0, -1) as JsExpression[];
  const last = values.at(-1);
  const helper = GATHERING[others.length];
  if (last?.type !== "SpreadElement" || helper === undefined) return array(values);
  return call(context.helper(helper), ...others, last.argument);
}

/** By how many values stand before those of a call. */
const GATHERING: readonly (HelperName | undefined)[] = [undefined, "after", "afterTwo"];

function pushReturn(node: ReturnStatement, value: JsExpression, context: FunctionContext): void {
  const place = context.access === undefined ? node : endOfNode(node, context);
  pushTrace(place, context);
  pushReturnTrace(place, context);
  context.withoutTraces(() => {
    context.pushSited(node, returnStatement(value));
  });
}

function emitTailCall(node: CallExpression, context: FunctionContext): void {
  const prepared = prepareCall(node, context);
  const shortcut = wholeShortcut(prepared);
  if (shortcut !== undefined) {
    context.push(ifStatement(shortcut.test, returnStatement(shortcut.value)));
  }
  if (context.access !== undefined) {
    const note = call(context.helper("noteTailCall"), ACTIVATION, prepared.callee.js);
    pushTrace(node, context);
    context.push(expressionStatement(note));
  }
  context.pushSited(node, returnStatement(tailCallOf(node, prepared, context)), {
    ...prepared.facts,
    isTail: true,
  });
}

/** `a = $1; b = $2; continue $self;` A call that is the last argument fills what parameters are left. */
function emitSelfTailCall(node: CallExpression, context: FunctionContext): void {
  const { parameters } = context.node;
  const last = node.arguments.length - 1;
  const values = emitAdjusted(node.arguments, parameters.length, context).map(({ js }, index) =>
    copied(node.arguments[Math.min(index, last)] ?? node, js, context),
  );
  parameters.forEach((parameter, index) => {
    const name = context.nameOf(context.variableOf(parameter));
    context.push(assignStatement(identifier(name), values[index] as JsExpression));
  });
  context.pushSited(node, continueStatement("$self"));
}

/** A value that stays as it is when parameters are assigned to. */
function copied(argument: Expression, js: JsExpression, context: FunctionContext): JsExpression {
  if (js.type === "Literal" || js === UNDEFINED || isTemporary(js)) return js;
  const copy = context.temporary();
  context.pushSited(argument, assignStatement(copy, js));
  return copy;
}
