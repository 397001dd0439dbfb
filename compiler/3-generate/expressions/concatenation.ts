import type * as ESTree from "estree";
import type { BinaryExpression, Expression } from "../../ast.ts";
import { operand, type FunctionContext, type Operand } from "../context.ts";
import { Destination } from "../destination.ts";
import { emitExpression } from "../emitters.ts";
import {
  and,
  assign,
  assignStatement,
  binary,
  call,
  ifStatement,
  isType,
  type JsExpression,
  type JsStatement,
  firstInto,
  NULL,
} from "../estree.ts";
import { operatorFacts } from "../site.ts";
import { describe } from "./describe.ts";

/**
 * `a .. b .. c`: all operands are evaluated first, then joined from the right (manual 2.5.4):
 *
 *     if (typeof b === "string" && typeof c === "string") $1 = b + c; else if (($1 = $concat(b, c)) === null) { ... }
 *     if (typeof a === "string" && typeof $1 === "string") $1 = a + $1; else if (($1 = $concat(a, $1)) === null) { ... }
 */
export function emitConcatenation(
  node: BinaryExpression,
  context: FunctionContext,
  target: ESTree.Identifier | undefined,
): Operand {
  const { place } = new Destination(context, target);
  const parts = flatten(node);
  context.scoped(() => {
    const operands = context.whilePending(() =>
      parts.map((part) => {
        const value = emitExpression(part, context);
        context.access?.keepPending(value.js);
        return value;
      }),
    );
    let joined = operands[operands.length - 1] as Operand;
    let joinedName = describe(parts[parts.length - 1] as Expression, context);
    for (let index = operands.length - 2; index >= 0; index--) {
      const left = operands[index] as Operand;
      const leftName = describe(parts[index] as Expression, context);
      const right = joined;
      const statement = join(left, right, place, context);
      context.pushSuspending(node, statement, operatorFacts("concat", [leftName, joinedName]));
      joined = operand(place);
      // LuaJIT joins into the place of the left operand, and names what is there after that.
      joinedName = leftName;
    }
  });
  return operand(place);
}

/** The operands of a chain; `..` is right associative. */
function flatten(node: BinaryExpression): Expression[] {
  const parts: Expression[] = [node.left];
  let rest = node.right;
  while (rest.type === "BinaryExpression" && rest.operator === "..") {
    parts.push(rest.left);
    rest = rest.right;
  }
  parts.push(rest);
  return parts;
}

function join(
  left: Operand,
  right: Operand,
  place: ESTree.Identifier,
  context: FunctionContext,
): JsStatement {
  const slow = ifStatement(
    binary("===", assign(place, call(context.helper("concat"), left.js, right.js)), NULL),
    context.exit(firstInto(place)),
  );
  const tests: JsExpression[] = [];
  for (const value of [left, right]) {
    if (value.type === "unknown") tests.push(isType(value.js, "string"));
    else if (value.type !== "string") return slow;
  }
  const fast = assignStatement(place, binary("+", left.js, right.js));
  return tests.length === 0 ? fast : ifStatement(and(...tests), fast, slow);
}
