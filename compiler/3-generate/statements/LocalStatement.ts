import type { StatementEmitter } from "../emitters.ts";
import { emitAdjusted } from "../valueLists.ts";
import { emitDeclaration, pushDeclaration } from "./variables.ts";

/**
 * `local a, b = x, y`. The new variables are not visible on the right side, so values go straight
 * into them; a variable without a value is set to nil, for it may hold the one of the loop's last
 * turn.
 */
export const emitLocalStatement: StatementEmitter<"LocalStatement"> = (node, context) => {
  const { names, values } = node;
  if (names.length === values.length) {
    names.forEach((name, index) => {
      const value = values[index];
      if (value !== undefined) emitDeclaration(name, value, context);
    });
    return;
  }
  const operands = emitAdjusted(values, names.length, context);
  names.forEach((name, index) => {
    const value = operands[index];
    if (value !== undefined) pushDeclaration(name, value, context);
  });
};
