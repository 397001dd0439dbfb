import type { LocalStatement } from "../../ast.ts";
import type { FunctionContext } from "../context.ts";
import type { StatementEmitter } from "../emitters.ts";
import { pushTrace } from "../accessible/traces.ts";
import { emitAdjusted, isMultiple } from "../valueLists.ts";
import { isBoxed, isImplicit } from "../../2-analyze/index.ts";
import { identifier, UNDEFINED } from "../estree.ts";
import { emitDeclaration, pushDeclaration } from "./variables.ts";

/**
 * `local a, b = x, y`. The new variables are not visible on the right side, so values go straight
 * into them; a variable without a value is set to nil, for it may hold the one of the loop's last
 * turn.
 */
export const emitLocalStatement: StatementEmitter<"LocalStatement"> = (node, context) => {
  if (isImplicit(node)) {
    context.withoutTraces(() => {
      emitDeclarations(node, context);
    });
  } else emitDeclarations(node, context);
};

function emitDeclarations(node: LocalStatement, context: FunctionContext): void {
  const { names, values } = node;
  if (names.length === values.length) {
    context.whilePending(() => {
      names.forEach((name, index) => {
        const value = values[index];
        if (value !== undefined) emitDeclaration(name, value, context);
        if (context.access === undefined) return;
        const variable = context.variableOf(name);
        const place = identifier(context.nameOf(variable));
        context.access.keepPending(isBoxed(variable) ? UNDEFINED : place);
      });
    });
    return;
  }
  const operands = emitAdjusted(values, names.length, context);
  const [lastName] = names.slice(-1);
  if (lastName !== undefined && !isMultiple(values.at(-1))) {
    pushTrace(values.at(-1) ?? lastName, context, values.length === 0);
  }
  context.withoutTraces(() => {
    names.forEach((name, index) => {
      const value = operands[index];
      if (value !== undefined) pushDeclaration(name, value, context);
    });
  });
}
