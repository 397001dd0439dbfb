import { Destination, operand } from "../context.ts";
import type { ExpressionEmitter } from "../emitters.ts";
import { assignStatement, call, identifier } from "../estree.ts";
import { emitFunction } from "../function.ts";

/** Makes a closure: `$1 = $make3(x, y)`, where `x` and `y` are captured (function.ts). */
export const emitFunctionExpression: ExpressionEmitter<"FunctionExpression"> = (
  node,
  context,
  target,
) => {
  const { place } = new Destination(context, target);
  const { factoryName, captures } = emitFunction(node, context.module);
  const values = captures.map((variable) => identifier(context.nameOf(variable)));
  context.pushSited(node, assignStatement(place, call(identifier(factoryName), ...values)));
  return operand(place, "function");
};
