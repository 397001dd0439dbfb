import { isBoxed } from "../../2-analyze/index.ts";
import type { StatementEmitter } from "../emitters.ts";
import { emitExpression, emitInto } from "../emitters.ts";
import { assignStatement, box, member, UNDEFINED } from "../estree.ts";

/**
 * `local function f`. Inside itself a function that is never reassigned is known by its JavaScript
 * name; one that is reassigned needs its box before it is made.
 */
export const emitLocalFunctionStatement: StatementEmitter<"LocalFunctionStatement"> = (
  node,
  context,
) => {
  const { variable, target } = context.declareLocal(node.name);
  if (!isBoxed(variable)) {
    emitInto(node.function, context, target);
    return;
  }
  context.withoutTraces(() => {
    context.pushSited(node, assignStatement(target, box(UNDEFINED)));
  });
  const made = emitExpression(node.function, context);
  context.withoutTraces(() => {
    context.pushSited(node, assignStatement(member(target, "v"), made.js));
  });
};
