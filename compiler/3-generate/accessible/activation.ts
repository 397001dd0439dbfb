/** What stands around the code of an accessible function: it is on record while it runs. */
import type * as ESTree from "estree";
import { isBoxed } from "../../2-analyze/index.ts";
import type { FunctionContext } from "../context.ts";
import {
  array,
  box,
  call,
  declarator,
  declare,
  expressionStatement,
  identifier,
  sited,
  tryFinally,
  type JsExpression,
  type JsStatement,
} from "../estree.ts";
import type { ModuleContext } from "../moduleContext.ts";
import { ACTIVATION, LOCALS } from "./functionAccess.ts";

/**
 *     const $L = [a, { v: b }];
 *     const $a = $activate($env, $L, $va);
 *     try { ... } finally { $deactivate($a); }
 */
export function activate(
  statements: readonly JsStatement[],
  context: FunctionContext,
): JsStatement[] {
  const { node, module } = context;
  const parameters = node.parameters.map((parameter) => {
    const variable = context.variableOf(parameter);
    const name = identifier(context.nameOf(variable));
    return isBoxed(variable) ? box(name) : name;
  });
  const varargs = context.usesVararg ? [identifier("$va")] : [];
  const start = node.firstLine === 0 ? (node.body.statements[0]?.line ?? 1) : node.firstLine;
  const activation = call(module.useHelper("activate"), identifier("$env"), LOCALS, ...varargs);
  return [
    constantOf(LOCALS, array(parameters)),
    sited({ line: start, offset: node.span.start }, constantOf(ACTIVATION, activation)),
    whileActive(statements, module),
  ];
}

/** The same for a function that goes on: `$reactivate($a); try { ... } finally { ... }` */
export function reactivate(
  statements: readonly JsStatement[],
  module: ModuleContext,
): JsStatement[] {
  return [
    expressionStatement(call(module.useHelper("reactivate"), ACTIVATION)),
    whileActive(statements, module),
  ];
}

function whileActive(statements: readonly JsStatement[], module: ModuleContext): JsStatement {
  const end = expressionStatement(call(module.useHelper("deactivate"), ACTIVATION));
  return tryFinally(statements, [end]);
}

function constantOf(id: ESTree.Identifier, init: JsExpression): ESTree.VariableDeclaration {
  return declare("const", [declarator(id, init)]);
}
