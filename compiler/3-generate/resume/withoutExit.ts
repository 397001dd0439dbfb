/**
 * Takes the exit out of a statement that may suspend, for code that can't: what is left does the
 * same, and is what the price of suspension is measured against.
 *
 *     if (a && ($1 = $settle($1)) === null) exit        if (a) $1 = $settle($1);
 *     if (a && $suspends($1)) exit                       if (a) $suspends($1);
 *     if (($1 = $index(t, k)) === null) exit            $1 = $index(t, k);
 */
import { CompilerBug } from "../../compilerBug.ts";
import {
  and,
  expressionStatement,
  ifStatement,
  type JsExpression,
  type JsStatement,
} from "../estree.ts";

export function withoutExit(statement: JsStatement): JsStatement {
  if (statement.type !== "IfStatement") return statement;
  const consequent = statement.consequent as JsStatement;
  if (consequent.type === "SuspendExit") return evaluate(statement.test);
  const alternate = statement.alternate as JsStatement | null | undefined;
  return ifStatement(statement.test, consequent, alternate ? withoutExit(alternate) : undefined);
}

/** The work of a test that ends in `call === null`, or in a call that says so. */
function evaluate(test: JsExpression): JsStatement {
  const guards: JsExpression[] = [];
  let last = test;
  while (last.type === "LogicalExpression") {
    guards.push(last.left);
    last = last.right;
  }
  if (last.type !== "BinaryExpression" && last.type !== "CallExpression") {
    throw new CompilerBug("an exit behind an odd test");
  }
  const call = last.type === "BinaryExpression" ? (last.left as JsExpression) : last;
  const work = expressionStatement(call);
  return guards.length === 0 ? work : ifStatement(and(...guards), work);
}
