/**
 * Emits one Lua function as a factory at module level. Its parameters are the captures: variables
 * that are never reassigned by value, others as boxes. So no function's text contains another's,
 * and the resume code can share it.
 *
 *     const $make3 = (up, count) => function name(a, ...$va) {
 *       // app/x.lua:3-9
 *       let $pc, b, $1;
 *       $body: {
 *         ...
 *         return $NONE;
 *       }
 *       return $capture($script, 3, $pc);
 *     };
 *
 * The statement behind `$body` is the one place where a function leaves because something in it
 * suspended.
 */
import type * as ESTree from "estree";
import type { FunctionExpression } from "../ast.ts";
import { isBoxed, type Variable } from "../2-analyze/index.ts";
import { FunctionContext, type ModuleContext } from "./context.ts";
import {
  assignStatement,
  block,
  box,
  call,
  declareLet,
  forever,
  identifier,
  labeled,
  literal,
  returnStatement,
  type JsStatement,
} from "./estree.ts";
import { emitBlock } from "./statements/block.ts";

export interface FactoryUse {
  readonly factoryName: string;
  /** What the factory must be given, in order. */
  readonly captures: readonly Variable[];
}

export function emitFunction(node: FunctionExpression, module: ModuleContext): FactoryUse {
  const context = new FunctionContext(module, node);
  const captures = context.captures;
  const factoryParameters = captures.map((variable) => context.nameOf(variable));
  if (module.analysis.usesEnvironments) factoryParameters.unshift("$env");
  const parameters = node.parameters.map((parameter) => context.variableOf(parameter));
  const parameterNames = parameters.map((variable) => context.nameOf(variable));
  const body = context.collect(() => {
    emitBlock(node.body, context);
    if (!endsInReturn(node)) context.push(returnStatement(context.helper("NONE")));
  });
  const boxes = parameters.filter(isBoxed).map((variable) => {
    const name = identifier(context.nameOf(variable));
    return assignStatement(name, box(name));
  });
  const factoryName = `$make${String(context.index)}`;
  module.functions.push({
    factoryName,
    factoryParameters,
    firstLine: node.firstLine,
    lastLine: node.lastLine,
    offset: node.span.start,
    function: {
      type: "FunctionExpression",
      id: identifier(context.functionName),
      params: parametersOf(parameterNames, context),
      body: block(wrapBody([...boxes, ...body], context)),
    },
  });
  return { factoryName, captures };
}

function parametersOf(names: readonly string[], context: FunctionContext): ESTree.Pattern[] {
  const parameters: ESTree.Pattern[] = names.map(identifier);
  if (context.usesVararg) parameters.push({ type: "RestElement", argument: identifier("$va") });
  return parameters;
}

function wrapBody(statements: readonly JsStatement[], context: FunctionContext): JsStatement[] {
  const { node, module } = context;
  const hasSites = context.siteCount > 0;
  const lines =
    node.firstLine === 0 ? "main chunk" : `${String(node.firstLine)}-${String(node.lastLine)}`;
  const variables = [...(hasSites ? ["$pc"] : []), ...context.locals, ...context.temporaries];
  const looped = context.facts.hasSelfTailCall
    ? [labeled("$self", forever(statements))]
    : statements;
  return [
    { type: "Comment", text: `${module.shortName}:${lines}` },
    ...(variables.length > 0 ? [declareLet(variables)] : []),
    ...(hasSites
      ? [labeled("$body", block(looped)), returnStatement(captureCall(context))]
      : looped),
  ];
}

function captureCall(context: FunctionContext) {
  return call(
    context.helper("capture"),
    identifier("$script"),
    literal(context.index),
    identifier("$pc"),
  );
}

function endsInReturn(node: FunctionExpression): boolean {
  return node.body.statements.at(-1)?.type === "ReturnStatement";
}
