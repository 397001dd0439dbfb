/**
 * Checks for hooks in accessible code:
 *
 *     if ($current.hookMask !== 0) $traceLine($a, 12);
 *
 * One stands for each instruction of LuaJIT, or for several in a row on one line. Which lines instructions have is
 * known from the places of errors, which are the same (compiler/ast.ts); the others are here: jumps at the
 * end of blocks and loops, conditions. What is an event the runtime decides (runtime/core/hooks.ts).
 */
import type * as ESTree from "estree";
import type { Block, Expression, Statement } from "../../ast.ts";
import { CompilerBug } from "../../compilerBug.ts";
import type { FunctionContext } from "../context.ts";
import {
  assignStatement,
  binary,
  call,
  conditional,
  expressionStatement,
  ifStatement,
  literal,
  member,
  sited,
  type JsExpression,
  type JsStatement,
} from "../estree.ts";
import { ACTIVATION } from "./functionAccess.ts";

/** What a check, or an event, is about. */
export interface TracePlace {
  /** From 1. */
  readonly line: number;
  readonly span: { readonly start: number };
}

/**
 * Appends the check of an instruction.
 *
 * @param isOfLuaJit Whether PUC Lua has no such instruction.
 */
export function pushTrace(place: TracePlace, context: FunctionContext, isOfLuaJit = false): void {
  const { access } = context;
  if (access === undefined || access.isQuiet) return;
  const { line } = place;
  if (access.latest?.line === line && access.latest.statement === context.out.at(-1)) return;
  access.lines.add(line);
  const trace = call(
    context.helper(isOfLuaJit ? "traceExtraLine" : "traceLine"),
    ACTIVATION,
    literal(line),
  );
  pushCheck(place, trace, context);
  if (!isOfLuaJit) access.latest = { line, statement: context.out.at(-1) as JsStatement };
}

/**
 * A call; hooks are told of those of builtins: `$current.hookMask === 0 ? made : $callTraced(f, a)`.
 *
 * @param values The callee and the arguments.
 */
export function tracedCall(
  made: JsExpression,
  values: readonly (JsExpression | ESTree.SpreadElement)[],
  context: FunctionContext,
): JsExpression {
  const hasNoHook = binary("===", member(context.helper("current"), "hookMask"), literal(0));
  return conditional(hasNoHook, made, call(context.helper("callTraced"), ...values));
}

/** Says that the function is about to return, what it returns being known. */
export function pushReturnTrace(place: TracePlace, context: FunctionContext): void {
  if (context.access === undefined) return;
  pushCheck(place, call(context.helper("traceReturn"), ACTIVATION), context);
}

/**
 * A numeric `for` begins: LuaJIT jumps over the body or goes on with it; PUC Lua jumps to the control at the end.
 *
 * @param jump Where LuaJIT's instruction is. @param control Where the control is.
 */
export function pushLoopStart(
  { jump, control }: { readonly jump: TracePlace; readonly control: TracePlace },
  context: FunctionContext,
): void {
  if (context.access === undefined) return;
  pushTrace(jump, context);
  context.access.lines.add(control.line);
  context.access.latest = undefined;
  const trace = call(context.helper("traceLoopStart"), ACTIVATION, literal(control.line));
  pushCheck(control, trace, context);
}

/** Says that a jump backwards is next: then even the same line is an event. */
export function pushJumpBack(context: FunctionContext): void {
  pushJump(true, context);
}

/** Says that there was no jump after all: a loop has ended. */
export function pushLoopEnd(context: FunctionContext): void {
  pushJump(false, context);
}

/**
 * Emits a block behind which there is a jump. LuaJIT lets jumps to that jump go where it goes; so hooks see it only where
 * the code before it just ends, which may be inside of an `if`.
 *
 * @param place Where the jump is; at the end of the block unless said otherwise.
 */
export function withJumpBehind(
  { statements }: Block,
  context: FunctionContext,
  emit: () => void,
  place?: TracePlace,
): void {
  const last = statements.at(-1);
  const { access } = context;
  if (access === undefined || last === undefined) {
    emit();
    return;
  }
  const jump = place ?? endOfNode(last, context);
  if (last.type === "IfStatement") access.ends.set(last, jump);
  emit();
  if (!ENDS_BY_JUMP.has(last.type)) pushTrace(jump, context);
}

/** Statements whose end is reached by jumps only, or not at all. */
const ENDS_BY_JUMP = new Set<Statement["type"]>([
  "IfStatement",
  "WhileStatement",
  "LabelStatement",
  "ReturnStatement",
  "BreakStatement",
  "GotoStatement",
]);

/** LuaJIT ends a block that has captured variables by an instruction, unless it is a whole function. */
export function pushClosing(block: Block, context: FunctionContext): void {
  const { statements } = block;
  const last = statements.at(-1);
  const isLeft = last !== undefined && ["ReturnStatement", "BreakStatement"].includes(last.type);
  if (last === undefined || isLeft || block === context.node.body) return;
  const names = statements.flatMap((statement) => {
    if (statement.type === "LocalStatement") return statement.names;
    return statement.type === "LocalFunctionStatement" ? [statement.name] : [];
  });
  if (names.some((name) => context.variableOf(name).isCaptured)) {
    pushTrace(endOfNode(last, context), context, true);
  }
}

/** The control of a `for`: LuaJIT has it on the line of that word, but behind the body. */
export function controlOf(
  { span }: { readonly span: { readonly start: number; readonly end: number } },
  context: FunctionContext,
): TracePlace {
  return { line: lineOf(span.start, context), span: { start: span.end - 1 } };
}

/** Where the first word of a node is. */
export function beginningOf(
  { span }: { readonly span: { readonly start: number } },
  context: FunctionContext,
): TracePlace {
  return { line: lineOf(span.start, context), span: { start: span.start } };
}

/** Where the last word of a node is. */
export function endOfNode(
  { span }: { readonly span: { readonly end: number } },
  context: FunctionContext,
): TracePlace {
  return { line: lineOf(span.end - 1, context), span: { start: span.end - 1 } };
}

function lineOf(offset: number, { module: { lineAt } }: FunctionContext): number {
  if (lineAt === undefined) throw new CompilerBug("accessible code without its source");
  return lineAt(offset);
}

/** The instructions that test a condition; a constant needs none. */
export function pushConditionTrace(condition: Expression, context: FunctionContext): void {
  switch (condition.type) {
    case "BooleanLiteral":
      if (!condition.value) pushTrace(condition, context);
      return;
    case "NumberLiteral":
    case "StringLiteral":
      return;
    default:
      pushTrace(condition, context);
  }
}

function pushJump(isBack: boolean, context: FunctionContext): void {
  if (context.access === undefined) return;
  context.access.latest = undefined;
  context.push(assignStatement(member(ACTIVATION, "isBack"), literal(isBack)));
}

function pushCheck(
  { line, span }: TracePlace,
  trace: JsExpression,
  context: FunctionContext,
): void {
  const isHooked = binary("!==", member(context.helper("current"), "hookMask"), literal(0));
  const statement = ifStatement(isHooked, expressionStatement(trace));
  context.push(sited({ line, offset: span.start }, statement));
}
