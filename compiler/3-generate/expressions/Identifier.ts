import { isBoxed } from "../../2-analyze/index.ts";
import { operand } from "../context.ts";
import { Destination } from "../destination.ts";
import type { ExpressionEmitter } from "../emitters.ts";
import {
  and,
  assign,
  assignStatement,
  binary,
  call,
  identifier,
  ifStatement,
  isNil,
  literal,
  member,
  firstInto,
  NULL,
} from "../estree.ts";
import { operatorFacts } from "../site.ts";

/**
 * A local is an operand as it is; a boxed one is read now, for a later operand may change it.
 * A global is read from its cell, and an empty cell may have an `__index` behind it:
 *
 *     if (($1 = $_print.v) === undefined && ($1 = $getGlobal($_print)) === null) { ... }
 *
 * In a chunk that works with environments it is looked up in the function's own:
 *
 *     if (($1 = $getVariable($env, "print")) === null) { ... }
 */
export const emitIdentifier: ExpressionEmitter<"Identifier"> = (node, context, target) => {
  const variable = context.module.analysis.resolved.get(node);
  if (variable !== undefined && !isBoxed(variable)) {
    return operand(identifier(context.nameOf(variable)), variable.knownType ?? "unknown");
  }
  const { place } = new Destination(context, target);
  if (variable !== undefined) {
    const box = identifier(context.nameOf(variable));
    const read = () => {
      context.pushSited(node, assignStatement(place, member(box, "v")));
    };
    // To LuaJIT a variable of the function itself is an operand where it is.
    if (variable.owner === context.node) context.withoutTraces(read);
    else read();
    return operand(place);
  }
  if (context.module.analysis.usesEnvironments) {
    const read = call(context.helper("getVariable"), identifier("$env"), literal(node.name));
    const isSuspension = binary("===", assign(place, read), NULL);
    const statement = ifStatement(isSuspension, context.exit(firstInto(place)));
    context.pushSuspending(node, statement, FACTS);
    return operand(place);
  }
  const cell = identifier(context.module.cell(node.name));
  const read = context.loopConstants.get(cell, `$in${cell.name.slice(1)}`, context);
  const slow = assign(place, call(context.helper("getGlobal"), cell));
  const test = and(isNil(assign(place, member(read, "v"))), binary("===", slow, NULL));
  context.pushSuspending(node, ifStatement(test, context.exit(firstInto(place))), FACTS);
  return operand(place);
};

const FACTS = operatorFacts("index");
