import { operand } from "../context.ts";
import type { ExpressionEmitter } from "../emitters.ts";
import { identifier, member } from "../estree.ts";

/** `$va.length` */
export const emitVarargCount: ExpressionEmitter<"VarargCount"> = (_node, context) => {
  context.usesVararg = true;
  return operand(member(identifier("$va"), "length"), "number");
};
