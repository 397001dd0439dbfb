import type { CallExpression } from "../../ast.ts";
import { isTemporary, type FunctionContext } from "../context.ts";
import type { StatementEmitter } from "../emitters.ts";
import { emitExpression } from "../emitters.ts";
import {
  array,
  assignStatement,
  continueStatement,
  identifier,
  returnStatement,
  UNDEFINED,
} from "../estree.ts";
import { prepareCall, tailCallOf } from "../expressions/CallExpression.ts";
import { emitAll, emitList, isMultiple } from "../valueLists.ts";

/**
 * One value is returned bare, none or several as an array (runtime/core/call.ts). `return f(...)`
 * is a proper tail call (manual 2.5.8), and one to the function itself starts it over.
 */
export const emitReturnStatement: StatementEmitter<"ReturnStatement"> = (node, context) => {
  const [value] = node.values;
  if (value === undefined) {
    context.pushSited(node, returnStatement(context.helper("NONE")));
  } else if (node.values.length > 1) {
    context.pushSited(node, returnStatement(array(emitList(node.values, context))));
  } else if (value.type === "CallExpression") {
    if (context.isSelfTailCall(value)) emitSelfTailCall(value, context);
    else emitTailCall(value, context);
  } else if (isMultiple(value)) {
    context.pushSited(node, returnStatement(emitAll(value, context)));
  } else {
    context.pushSited(node, returnStatement(emitExpression(value, context).js));
  }
};

function emitTailCall(node: CallExpression, context: FunctionContext): void {
  const prepared = prepareCall(node, context);
  context.pushSited(node, returnStatement(tailCallOf(prepared, context)), {
    ...prepared.site,
    isTail: true,
  });
}

/** `a = $1; b = $2; continue $self;` */
function emitSelfTailCall(node: CallExpression, context: FunctionContext): void {
  const values = node.arguments.map((argument) => {
    const { js } = emitExpression(argument, context);
    if (js.type === "Literal" || isTemporary(js)) return js;
    const copy = context.temporary();
    context.pushSited(argument, assignStatement(copy, js));
    return copy;
  });
  context.node.parameters.forEach((parameter, index) => {
    const name = context.nameOf(context.variableOf(parameter));
    context.push(assignStatement(identifier(name), values[index] ?? UNDEFINED));
  });
  context.pushSited(node, continueStatement("$self"));
}
