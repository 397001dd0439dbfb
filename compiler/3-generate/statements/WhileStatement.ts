import type { WhileStatement } from "../../ast.ts";
import { pushJumpBack, pushTrace, withJumpBehind } from "../accessible/traces.ts";
import { collectTracedCondition } from "../conditions.ts";
import { pushCheckpoint } from "../checkpoints.ts";
import type { FunctionContext } from "../context.ts";
import type { StatementEmitter } from "../emitters.ts";
import {
  breakStatement,
  forever,
  ifStatement,
  not,
  whileStatement,
  type JsStatement,
} from "../estree.ts";
import { emitBlock } from "./block.ts";

/**
 *     while (condition) { ... }
 *     for (;;) { $1 = ...; if (!$1) break; ... }      where the condition needs statements
 */
export const emitWhileStatement: StatementEmitter<"WhileStatement"> = (node, context) => {
  context.inLoop(node, () => {
    emitLoop(node, context);
  });
};

function emitLoop(node: WhileStatement, context: FunctionContext): void {
  const label = context.newLabel("while");
  const { before, condition } = collectTracedCondition(node.condition, context);
  const body = context.inBreakable({ isLoop: true, label }, () => {
    pushCheckpoint(node, context);
    pushTrace(node.condition, context, true);
    context.pushEmptying(context.leftovers?.temporaries);
    withJumpBehind(node.body, context, () => {
      emitBlock(node.body, context);
    });
    pushJumpBack(context);
  });
  const loop: JsStatement =
    before.length === 0
      ? whileStatement(condition, body)
      : forever([...before, ifStatement(not(condition), breakStatement()), ...body]);
  context.push(context.jumps.labeledLoop(label, loop));
}
