import { collectCondition } from "../conditions.ts";
import { pushCheckpoint } from "../checkpoints.ts";
import type { StatementEmitter } from "../emitters.ts";
import { breakStatement, forever, ifStatement } from "../estree.ts";
import { emitBlock } from "./block.ts";

/** `for (;;) { ...; if (condition) break; }`: the condition sees the locals of the body. */
export const emitRepeatStatement: StatementEmitter<"RepeatStatement"> = (node, context) => {
  const label = context.newLabel("repeat");
  const body = context.inBreakable({ isLoop: true, label }, () => {
    pushCheckpoint(node, context);
    emitBlock(node.body, context);
  });
  const { before, condition } = collectCondition(node.condition, context);
  const loop = forever([...body, ...before, ifStatement(condition, breakStatement())]);
  context.push(context.labeledLoop(label, loop));
};
