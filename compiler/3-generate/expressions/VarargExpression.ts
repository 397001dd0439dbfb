import { operand } from "../context.ts";
import type { ExpressionEmitter } from "../emitters.ts";
import { element, identifier, literal } from "../estree.ts";

/** `...` used for one value: `$va[0]`. Nobody changes `$va`, so this is an operand. */
export const emitVarargExpression: ExpressionEmitter<"VarargExpression"> = (_node, context) => {
  context.usesVararg = true;
  return operand(element(identifier("$va"), literal(0)));
};
