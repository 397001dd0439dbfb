/**
 * Emits one Lua function as a factory at module level. Its parameters are the captures: variables
 * that are never reassigned by value, others as boxes. So no function's text contains another's,
 * and the resume code can share it.
 *
 *     var $make3 = (up, count) => function name(a, ...$va) {
 *       // app/x.lua:3-9
 *       let $pc = 0, b, $1;
 *       $body: {
 *         ...
 *         return $NONE;
 *       }
 *       return ($frames ?? $resume()).f3($pc, a, b);
 *     };
 *
 * The statement behind `$body` is the one place where a function leaves because something in it
 * suspended. What it hands over is what the resume code (resume/) needs to go on.
 */
import type * as ESTree from "estree";
import type { FunctionExpression } from "../ast.ts";
import { isBoxed, type Variable } from "../2-analyze/index.ts";
import { activate } from "./accessible/activation.ts";
import { moveVariables } from "./accessible/moveVariables.ts";
import { endOfNode, pushReturnTrace, pushTrace } from "./accessible/traces.ts";
import { firstUncoveredCall, pushCheckpoint } from "./checkpoints.ts";
import { FunctionContext } from "./context.ts";
import { mergeReturns } from "./mergeReturns.ts";
import type { ModuleContext } from "./moduleContext.ts";
import {
  assign,
  assignStatement,
  block,
  box,
  call,
  coalesce,
  comment,
  declared,
  declareLet,
  expressionStatement,
  forever,
  functionExpression,
  identifier,
  labeled,
  lineMark,
  literal,
  member,
  restElement,
  returnStatement,
  UNDEFINED,
  type JsExpression,
  type JsStatement,
} from "./estree.ts";
import type { Resumable } from "./resume/emitResume.ts";
import { planExits } from "./resume/planExits.ts";
import { findSavedVariables } from "./resume/findSavedVariables.ts";
import { emitBlock } from "./statements/block.ts";
import { textMark } from "./textMark.ts";
import { joinSteps } from "./debugging/joinSteps.ts";
import { CompilerBug } from "../compilerBug.ts";

export interface FactoryUse {
  readonly index: number;
  readonly factoryName: string;
  /** What the factory must be given, in order. */
  readonly captures: readonly Variable[];
}

export function emitFunction(node: FunctionExpression, module: ModuleContext): FactoryUse {
  const context = new FunctionContext(module, node);
  const { captures, access } = context;
  const captureNames =
    access === undefined ? captures.map((variable) => context.nameOf(variable)) : ["$up"];
  if (module.analysis.usesEnvironments) captureNames.unshift("$env");
  const parameters = node.parameters.map((parameter) => context.variableOf(parameter));
  const parameterNames = parameters.map((variable) => context.nameOf(variable));
  if (access !== undefined) {
    for (const name of parameterNames) access.declare(name);
    context.usesVararg = node.isVararg;
  }
  const body = context.collect(() => {
    if (context.facts.hasSelfTailCall) {
      context.loopConstants.around(() => {
        emitBody(node, context);
      });
    } else emitBody(node, context);
    if (endsInReturn(node)) return;
    if (module.marksLines) context.push(lineMark(node.line));
    pushEnd(node, context);
  });
  const boxes = context.collect(() => {
    if (access !== undefined) return;
    context.at(node.body.statements[0] ?? endOf(node), () => {
      for (const variable of parameters.filter(isBoxed)) {
        const name = identifier(context.nameOf(variable));
        context.push(assignStatement(name, box(name)));
      }
    });
  });
  const factoryName = `$make${String(context.index)}`;
  const loop = loopOver(boxes.length === 0 ? body : [...boxes, ...body], context);
  const whole = access === undefined ? loop : moveVariables(loop, access);
  const given = access === undefined ? parameterNames : ["$a", "$L"];
  const variables = { given: given.concat(captureNames), context };
  const resumable = planResumption(whole, variables);
  module.addFunction({
    node,
    index: context.index,
    name: context.functionName,
    place: placeOf(context),
    resumable,
    factoryName,
    factoryParameters: captureNames.map((name) => declared(name, context.luaNames)),
    firstLine: node.firstLine,
    lastLine: node.lastLine,
    offset: node.span.start,
    access,
    variableNames: context.variableNames,
    function: functionExpression(
      identifier(context.functionName),
      parametersOf(parameterNames, context),
      block(wrapBody(whole, resumable, context)),
    ),
  });
  const { selfVariable } = context.facts;
  if (selfVariable?.isReassigned === false) {
    module.uncountedTailCalls.set(selfVariable, context.uncountedTailCalls);
  }
  return { index: context.index, factoryName, captures };
}

function pushEnd(node: FunctionExpression, context: FunctionContext): void {
  const end = returnStatement(context.helper("NONE"));
  const isMain = node.firstLine === 0;
  if (context.access !== undefined) {
    const place = isMain ? lastWordOf(node, context) : endOf(node);
    pushTrace(place, context);
    pushReturnTrace(place, context);
  }
  if (isMain) context.push(end);
  else
    context.at(endOf(node), () => {
      context.push(end);
    });
}

/** The statements of a function, with a checkpoint where the first one stands that needs it. */
function emitBody(node: FunctionExpression, context: FunctionContext): void {
  const { body, firstLine, span } = node;
  const { suspension, analysis } = context.module;
  const first = firstUncoveredCall(body);
  const isAtEntry =
    suspension === "everywhere" ||
    context.facts.hasSelfTailCall ||
    (first >= 0 && analysis.labelPlans.has(body));
  if (context.module.stopsAtStart && firstLine === 0) {
    context.at(body.statements[0] ?? node, () => {
      context.push({ type: "DebuggerStatement" });
    });
  }
  if (isAtEntry) {
    context.at(body.statements[0] ?? endOf(node), () => {
      pushCheckpoint({ line: firstLine, span }, context);
    });
  }
  emitBlock(body, context, (statement, index) => {
    if (!isAtEntry && index === first) pushCheckpoint(statement, context);
  });
}

function parametersOf(names: readonly string[], context: FunctionContext): ESTree.Pattern[] {
  const parameters: ESTree.Pattern[] = names.map((name) => declared(name, context.luaNames));
  if (context.usesVararg) parameters.push(restElement(identifier("$va")));
  return parameters;
}

/** A function that calls itself in tail position starts over. */
function loopOver(statements: JsStatement[], context: FunctionContext): JsStatement[] {
  return context.facts.hasSelfTailCall ? [labeled("$self", forever(statements))] : statements;
}

interface Variables {
  /** Parameters and captures. */
  readonly given: readonly string[];
  readonly context: FunctionContext;
}

/** What resume code needs to know; `undefined` when nothing in the function can suspend. */
function planResumption(
  body: readonly JsStatement[],
  { given, context }: Variables,
): Resumable | undefined {
  const exits = context.siteCount > 0 ? planExits(body) : [];
  if (exits.length === 0) return undefined;
  const { locals, scopedLocals, luaNames, functionName } = context;
  const constants = context.loopConstants.all;
  const own = context.usesVararg ? [functionName, "$va"] : [functionName];
  const variables = given.concat(own, locals, scopedLocals, context.temporaries);
  const { saved: live, fresh } = findSavedVariables(body, variables);
  const saved = savedFor(context, { live, given, variables });
  if (!context.module.isForDebugger) {
    for (const [loopBody, names] of fresh) resetAtTurn(loopBody as ESTree.BlockStatement, names);
  }
  const newLabel = (name: string): string => context.newLabel(name);
  return {
    exits,
    saved,
    variables,
    constants,
    functionName,
    scopedLocals,
    luaNames,
    body,
    newLabel,
  };
}

/** The variables that frames keep, in the order of all. */
function savedFor(
  { scopedLocals, access, module }: FunctionContext,
  { live, given, variables }: Record<"live" | "given" | "variables", readonly string[]>,
): readonly string[] {
  if (!module.isForDebugger && access === undefined) return live;
  // Who stops behind a wait wants to see all variables, also those that the program has done with.
  const kept = new Set([...live, ...(module.isForDebugger ? [...given, ...scopedLocals] : [])]);
  // Who looks at a suspended call finds its activation in the first slot.
  if (access !== undefined) kept.add("$a");
  return variables.filter((name) => kept.has(name));
}

function wrapBody(
  statements: readonly JsStatement[],
  resumable: Resumable | undefined,
  context: FunctionContext,
): JsStatement[] {
  const isResumable = resumable !== undefined;
  const { isForDebugger } = context.module;
  const wrapped = wrapStatements(statements, resumable, context);
  const isPlain = !isForDebugger && context.access === undefined;
  const merged = isPlain ? mergeReturns(wrapped, context) : { statements: wrapped, names: [] };
  const variables = context.locals.concat(context.temporaries, merged.names);
  if (isResumable) variables.unshift("$pc");
  // Where `let` begins a variable, a debugger would stop.
  const declaration: ESTree.VariableDeclaration = isForDebugger
    ? { ...declareLet(variables), kind: "var" }
    : declareLet(
        variables,
        new Set(["$pc", ...(resumable?.saved ?? [])]),
        context.loopConstants.all,
      );
  return [
    comment(placeOf(context)),
    ...(declaration.declarations.length > 0 ? [declaration] : []),
    ...(context.access === undefined ? merged.statements : activate(merged.statements, context)),
  ];
}

function wrapStatements(
  statements: readonly JsStatement[],
  resumable: Resumable | undefined,
  context: FunctionContext,
): readonly JsStatement[] {
  if (context.module.isForDebugger) {
    const scoped = new Set(context.scopedLocals);
    return joinSteps(statements, (pc, visible) => {
      if (resumable === undefined) throw new CompilerBug("an exit that was not planned");
      const values = resumable.saved.map((name) =>
        scoped.has(name) && !visible.has(name) ? UNDEFINED : identifier(name),
      );
      return leaveCall(pc, values, context);
    });
  }
  if (resumable === undefined) return statements;
  const values = resumable.saved.map(identifier);
  const leave = returnStatement(leaveCall(identifier("$pc"), values, context));
  return [labeled("$body", block(statements)), leave];
}

/**
 * The exit reads all variables that are saved somewhere, so V8 would carry them from one turn of a loop
 * to the next, and floats among them as objects. So those that a turn makes anew begin as 0 at each turn,
 * and all of them in the beginning (measured: up to half of the time of a loop with floats). Nothing
 * reads this 0.
 *
 *     dx = dy = $4 = 0;
 */
function resetAtTurn(loopBody: ESTree.BlockStatement, names: readonly string[]): void {
  const zero = names.reduceRight<JsExpression>(
    (value, name) => assign(identifier(name), value),
    literal(0),
  );
  loopBody.body.unshift(expressionStatement(zero));
}

/** "app/x.lua:3-9"; of a text that is no file, with a mark: "(load):3-9 #2ml1x0abc". */
function placeOf({ node, module: { shortName, textToMark } }: FunctionContext): string {
  if (node.firstLine === 0) return `${shortName}:main chunk`;
  const lines = `${String(node.firstLine)}-${String(node.lastLine)}`;
  const { start, end } = node.span;
  const mark = textToMark === undefined ? "" : ` #${textMark(textToMark.slice(start, end))}`;
  return `${shortName}:${lines}${mark}`;
}

/** `($frames ?? $resume()).f3($pc, a, b)`; see `emitPostlude`. */
function leaveCall(
  pc: JsExpression,
  saved: readonly JsExpression[],
  context: FunctionContext,
): JsExpression {
  const frames = coalesce(identifier("$frames"), call(identifier("$resume")));
  const leaver = member(frames, `f${String(context.index)}`);
  return call(leaver, pc, ...saved);
}

/** The `end` of a function, where a debugger stops before it returns; a main chunk has none. */
function endOf({ lastLine, span }: FunctionExpression) {
  return { line: lastLine, span: { start: span.end - "end".length } };
}

/** The last word of a main chunk, which has no `end`. */
function lastWordOf({ body }: FunctionExpression, context: FunctionContext) {
  const last = body.statements.at(-1);
  if (last === undefined) return { line: 1, span: { start: 0 } };
  return { ...endOfNode(last, context), span: { start: last.span.end } };
}

function endsInReturn(node: FunctionExpression): boolean {
  return node.body.statements.at(-1)?.type === "ReturnStatement";
}
