/** Assigning to declared variables, boxed or not. */
import type { Expression, Name } from "../../ast.ts";
import { isBoxed } from "../../2-analyze/index.ts";
import type { FunctionContext, Operand } from "../context.ts";
import { emitExpression, emitInto } from "../emitters.ts";
import { assignStatement, box, type JsExpression, type JsStatement } from "../estree.ts";

/** Declares a variable and gives it the value of an expression, which can't see it yet. */
export function emitDeclaration(name: Name, value: Expression, context: FunctionContext): void {
  const { variable, target } = context.declareLocal(name);
  if (isBoxed(variable)) {
    const { js } = emitExpression(value, context);
    const store = () => {
      context.pushSited(value, assignStatement(target, box(js)));
    };
    // To LuaJIT the variable is where the call leaves its result.
    if (value.type === "CallExpression") context.withoutTraces(store);
    else store();
  } else {
    emitInto(value, context, target);
  }
}

/** The statement that makes a variable new: with a box of its own, if closures share it. */
export function declaration(
  name: Name,
  value: JsExpression,
  context: FunctionContext,
): JsStatement {
  const { variable, target } = context.declareLocal(name);
  return assignStatement(target, isBoxed(variable) ? box(value) : value);
}

/** `declaration` for operands. */
export function pushDeclaration(name: Name, value: Operand, context: FunctionContext): void {
  context.pushSited(name, declaration(name, value.js, context));
}
