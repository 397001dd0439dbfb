import type { RepeatStatement } from "../../ast.ts";
import { pushJumpBack, pushTrace } from "../accessible/traces.ts";
import { collectTracedCondition } from "../conditions.ts";
import { pushCheckpoint } from "../checkpoints.ts";
import type { FunctionContext } from "../context.ts";
import type { StatementEmitter } from "../emitters.ts";
import { breakStatement, forever, ifStatement } from "../estree.ts";
import { emitStatements } from "./block.ts";

/** `for (;;) { ...; if (condition) break; }`: the condition sees the locals of the body. */
export const emitRepeatStatement: StatementEmitter<"RepeatStatement"> = (node, context) => {
  context.inLoop(node, () => {
    emitLoop(node, context);
  });
};

function emitLoop(node: RepeatStatement, context: FunctionContext): void {
  const label = context.newLabel("repeat");
  const turn = context.inBreakable({ isLoop: true, label }, () => {
    context.inScope(() => {
      pushCheckpoint(node, context);
      pushTrace(node, context, true);
      emitStatements(node.body, context);
      context.at(node.condition, () => {
        const { before, condition } = collectTracedCondition(node.condition, context);
        context.pushAll(before);
        context.push(ifStatement(condition, breakStatement()));
        pushJumpBack(context);
      });
    });
  });
  context.push(context.jumps.labeledLoop(label, forever(turn)));
}
