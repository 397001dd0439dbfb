import type { StatementEmitter } from "../emitters.ts";
import { emitCallForEffect } from "../expressions/CallExpression.ts";

export const emitCallStatement: StatementEmitter<"CallStatement"> = (node, context) => {
  emitCallForEffect(node.call, context);
};
