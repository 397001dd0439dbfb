import { operand } from "../context.ts";
import { Destination } from "../destination.ts";
import type { ExpressionEmitter } from "../emitters.ts";
import { array, assignStatement, call, identifier, literal } from "../estree.ts";
import { emitFunction } from "../function.ts";

/**
 * Makes a closure: `$1 = $make3(x, y)`, where `x` and `y` are captured (function.ts). In a chunk
 * that works with environments it inherits that of its maker: `$closeOver($env, $make3, x, y)`. In
 * accessible code all captures are boxes: `$makeAccessible($env, 3, $make3, [x, y])`.
 */
export const emitFunctionExpression: ExpressionEmitter<"FunctionExpression"> = (
  node,
  context,
  target,
) => {
  const { place } = new Destination(context, target);
  const { index, factoryName, captures } = emitFunction(node, context.module);
  const values = captures.map((variable) => identifier(context.nameOf(variable)));
  const factory = identifier(factoryName);
  const closure = context.module.analysis.isAccessible
    ? call(
        context.helper("makeAccessible"),
        identifier("$env"),
        literal(index),
        factory,
        array(values),
      )
    : context.module.analysis.usesEnvironments
      ? call(context.helper("closeOver"), identifier("$env"), factory, ...values)
      : call(factory, ...values);
  context.pushSited(node, assignStatement(place, closure));
  return operand(place, "function");
};
