/**
 * Checks for hooks in accessible code:
 *
 *     if ($current.hookMask !== 0) $traceLine($a, 12);
 *
 * One stands for each instruction of LuaJIT, or for several in a row on one line. Which lines instructions have is
 * known from the places of errors, which are the same (compiler/ast.ts); the others are here: jumps at the
 * end of blocks and loops, conditions. What is an event the runtime decides (runtime/core/hooks.ts).
 */
import type { Block, Expression } from "../../ast.ts";
import { CompilerBug } from "../../compilerBug.ts";
import type { FunctionContext } from "../context.ts";
import {
  assignStatement,
  binary,
  call,
  expressionStatement,
  ifStatement,
  literal,
  member,
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

/** Says that the function is about to return, what it returns being known. */
export function pushReturnTrace(place: TracePlace, context: FunctionContext): void {
  if (context.access === undefined) return;
  pushCheck(place, call(context.helper("traceReturn"), ACTIVATION), context);
}

/**
 * A `for` begins: LuaJIT jumps over the body or goes on with it; PUC Lua jumps to the control at the end.
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

/** The jump at the end of a block behind which something else follows. */
export function pushBlockEnd(block: Block, context: FunctionContext): void {
  const place = lastPlace(block, context);
  if (place !== undefined) pushTrace(place, context);
}

/** Where the last word of a block is; `undefined` when nothing gets there. */
export function lastPlace({ statements }: Block, context: FunctionContext): TracePlace | undefined {
  const last = statements.at(-1);
  if (last === undefined || context.access === undefined) return undefined;
  if (["ReturnStatement", "BreakStatement", "GotoStatement"].includes(last.type)) return undefined;
  return endOfNode(last, context);
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
  context.push({
    type: "Sited",
    site: { line, offset: span.start },
    statement: ifStatement(isHooked, expressionStatement(trace)),
  });
}
