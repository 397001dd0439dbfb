/**
 * Finds where each goto goes and how blocks with labels are laid out in JavaScript.
 *
 * A label is visible in its whole block and the blocks nested in it, so a goto always leaves zero
 * or more blocks and goes to a label among the statements of one of them. A goto before the label
 * leaves a labelled block that ends there; one behind it continues a loop that begins there. Where
 * such blocks and loops would cross, the statements become the cases of a switch in a loop.
 */
import type { Block, Chunk, GotoStatement, Statement } from "../ast.ts";
import { CompilerBug } from "../compilerBug.ts";
import { forEachChild } from "../visit.ts";
import type { JumpTarget, LabelPlan } from "./analysis.ts";

export interface Jumps {
  readonly jumps: Map<GotoStatement, JumpTarget>;
  readonly labelPlans: Map<Block, LabelPlan>;
}

/** A block being walked, with the statement that is being walked. */
interface OpenBlock {
  readonly block: Block;
  readonly parent: OpenBlock | undefined;
  readonly labels: Map<string, number>;
  readonly uses: Map<number, { firstForward?: number; lastBackward?: number }>;
  current: number;
}

/** @param text Of the chunk, if it is at hand. */
export function resolveJumps(chunk: Chunk, text: string | undefined): Jumps {
  const result: Jumps = { jumps: new Map(), labelPlans: new Map() };
  // Most chunks have none, and need no walk.
  if (text?.includes("goto") === false) return result;
  walkBlock(chunk.main.body, undefined, result);
  return result;
}

function walkBlock(block: Block, parent: OpenBlock | undefined, result: Jumps): void {
  const open: OpenBlock = { block, parent, labels: new Map(), uses: new Map(), current: 0 };
  block.statements.forEach((statement, index) => {
    if (statement.type === "LabelStatement") open.labels.set(statement.name, index);
  });
  block.statements.forEach((statement, index) => {
    open.current = index;
    walkStatement(statement, open, result);
  });
  if (open.uses.size > 0) result.labelPlans.set(block, planLabels(open));
}

function walkStatement(statement: Statement, open: OpenBlock, result: Jumps): void {
  if (statement.type === "GotoStatement") {
    result.jumps.set(statement, resolve(statement, open));
    return;
  }
  for (const block of blocksOf(statement)) walkBlock(block, open, result);
  walkFunctions(statement, result);
}

/** Functions nested in the expressions of a statement have labels of their own. */
function walkFunctions(statement: Statement, result: Jumps): void {
  const visit = (node: Parameters<Parameters<typeof forEachChild>[1]>[0]): void => {
    if (node.type === "FunctionExpression") walkBlock(node.body, undefined, result);
    else if (!node.type.endsWith("Statement")) forEachChild(node, visit);
  };
  forEachChild(statement, visit);
}

function blocksOf(statement: Statement): readonly Block[] {
  switch (statement.type) {
    case "DoStatement":
    case "WhileStatement":
    case "RepeatStatement":
    case "ForNumericStatement":
    case "ForGenericStatement":
      return [statement.body];
    case "IfStatement": {
      const blocks = statement.clauses.map((clause) => clause.body);
      return statement.otherwise === undefined ? blocks : [...blocks, statement.otherwise];
    }
    default:
      return [];
  }
}

function resolve(statement: GotoStatement, from: OpenBlock): JumpTarget {
  for (let open: OpenBlock | undefined = from; open !== undefined; open = open.parent) {
    const position = open.labels.get(statement.label);
    if (position === undefined) continue;
    const isForward = open.current < position;
    const use = open.uses.get(position) ?? {};
    if (isForward) use.firstForward ??= open.current;
    else use.lastBackward = open.current;
    open.uses.set(position, use);
    return { block: open.block, position, isForward };
  }
  throw new CompilerBug(`no label for goto ${statement.label}`);
}

function planLabels(open: OpenBlock): LabelPlan {
  const labels = [...open.uses].map(([position, use]) => ({
    name: (open.block.statements[position] as { name: string }).name,
    position,
    firstForward: use.firstForward,
    lastBackward: use.lastBackward,
  }));
  labels.sort((a, b) => a.position - b.position);
  // A loop extends to the end of its block. What can't be nested is a jump over its beginning.
  const needsSwitch = labels.some(
    (loop) =>
      loop.lastBackward !== undefined &&
      labels.some(
        ({ firstForward, position }) =>
          firstForward !== undefined && firstForward < loop.position && loop.position < position,
      ),
  );
  return { needsSwitch, labels };
}
