/**
 * The statements of a block, laid out around its labels (2-analyze/resolveJumps.ts):
 *
 *     goto continue ... ::continue::     $continue: { ... break $continue; ... }
 *     ::again:: ... goto again           $again: for (;;) { ... continue $again; ... break; }
 *
 * and, where these would cross,
 *
 *     $goto: for (let $next = 0;;) { switch ($next) { case 0: ... case 1: ... } break; }
 */
import type * as ESTree from "estree";
import type { Block, Statement } from "../../ast.ts";
import type { LabelPlan } from "../../2-analyze/index.ts";
import { pushClosing } from "../accessible/traces.ts";
import { pushCheckpoint } from "../checkpoints.ts";
import type { FunctionContext } from "../context.ts";
import { emitStatement } from "../emitters.ts";
import { pushFieldRoom } from "../fieldRooms.ts";
import {
  assignStatement,
  block as jsBlock,
  breakStatement,
  continueStatement,
  forever,
  labeled,
  lineMark,
  literal,
  switchStatement,
} from "../estree.ts";

type Before = (statement: Statement, index: number) => void;

/** @param before Is called before each statement of a block without labels. */
export function emitBlock(block: Block, context: FunctionContext, before?: Before): void {
  context.inScope(() => {
    const { leftovers } = context;
    leftovers?.enterBlock();
    emitStatements(block, context, before);
    if (context.access !== undefined) pushClosing(block, context);
    context.pushEmptying(leftovers?.leaveBlock(block));
  });
}

/** `emitBlock` where the variables are also known to what follows. */
export function emitStatements(block: Block, context: FunctionContext, before?: Before): void {
  const plan = context.module.analysis.labelPlans.get(block);
  if (plan === undefined) emitAll(block.statements, context, before);
  else if (plan.needsSwitch) emitSwitch(block, plan, context);
  else emitRange({ block, plan, start: 0, end: block.statements.length }, context);
}

/** A block as a JavaScript block of its own, behind a condition. */
export function emitBlockStatement(block: Block, context: FunctionContext): ESTree.BlockStatement {
  return jsBlock(
    context.collect(() => {
      context.pushEmptying(context.leftovers?.temporaries);
      emitBlock(block, context);
    }),
  );
}

/** Some statements of a block with labels. */
interface Range {
  readonly block: Block;
  readonly plan: LabelPlan;
  readonly start: number;
  readonly end: number;
}

function emitRange(range: Range, context: FunctionContext): void {
  const { block, plan, start, end } = range;
  const labels = plan.labels.filter(({ position }) => position >= start && position < end);
  const loop = labels.find((label) => label.lastBackward !== undefined);
  const loopStart = loop?.position ?? end;
  // The last label that is jumped to from here on and not over the beginning of a loop.
  const exit = labels.findLast(
    ({ firstForward, position }) =>
      firstForward !== undefined && firstForward >= start && position <= loopStart,
  );
  if (exit !== undefined) {
    const label = context.newLabel(exit.name);
    context.jumps.to(block, exit.position).forward = [breakStatement(label)];
    const inside = context.collect(() => {
      emitRange({ ...range, end: exit.position }, context);
    });
    context.push(labeled(label, jsBlock(inside)));
    emitRange({ ...range, start: exit.position }, context);
    return;
  }
  emitAll(block.statements.slice(start, loopStart), context);
  if (loop !== undefined) emitLoop(loop.name, { ...range, start: loop.position }, context);
}

/** From a label that is jumped back to until the end of the range. */
function emitLoop(name: string, range: Range, context: FunctionContext): void {
  const label = context.newLabel(name);
  context.jumps.to(range.block, range.start).backward = [continueStatement(label)];
  const inside = context.inBreakable({ isLoop: false, label }, () => {
    const statement = range.block.statements[range.start];
    if (statement !== undefined) pushCheckpointOf(statement, context);
    emitRange({ ...range, start: range.start + 1 }, context);
  });
  context.push(labeled(label, forever([...inside, breakStatement()])));
}

function emitSwitch(block: Block, plan: LabelPlan, context: FunctionContext): void {
  const next = context.newLocal("$next");
  const label = context.newLabel("goto");
  plan.labels.forEach(({ position }, index) => {
    const jump = [assignStatement(next, literal(index + 1)), continueStatement(label)];
    Object.assign(context.jumps.to(block, position), { forward: jump, backward: jump });
  });
  const starts = [0, ...plan.labels.map(({ position }) => position)];
  const cases = starts.map((start, index) => ({
    type: "SwitchCase" as const,
    test: literal(index),
    consequent: context.inBreakable({ isLoop: false, label }, () => {
      emitAll(block.statements.slice(start, starts[index + 1]), context);
    }) as ESTree.Statement[],
  }));
  const choice = switchStatement(next, cases);
  const [first] = block.statements;
  const check = context.collect(() => {
    if (first !== undefined) pushCheckpointOf(first, context);
  });
  context.push(assignStatement(next, literal(0)));
  context.push(labeled(label, forever([...check, choice, breakStatement()])));
}

function pushCheckpointOf(statement: Statement, context: FunctionContext): void {
  context.at(statement, () => {
    pushCheckpoint(statement, context);
  });
}

function emitAll(
  statements: readonly Statement[],
  context: FunctionContext,
  before?: Before,
): void {
  const { marksLines, analysis } = context.module;
  const hasRooms = analysis.fieldRooms.size > 0;
  for (let index = 0; index < statements.length; index++) {
    const statement = statements[index] as Statement;
    if (marksLines) context.push(lineMark(statement.line));
    if (before !== undefined) {
      context.at(statement, () => {
        before(statement, index);
      });
    }
    emitStatement(statement, context);
    if (hasRooms && statement.type === "AssignmentStatement") pushFieldRoom(statement, context);
  }
}
