import type { StatementEmitter } from "../emitters.ts";
import { breakStatement } from "../estree.ts";

/** Leaves the innermost Lua loop, past any loop or switch that a label made. */
export const emitBreakStatement: StatementEmitter<"BreakStatement"> = (node, context) => {
  context.pushSited(node, breakStatement(context.jumps.breakLabel()));
};
