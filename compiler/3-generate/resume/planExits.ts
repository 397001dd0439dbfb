/**
 * Numbers the exits of a function in the order of the text, and finds those behind which nothing is left to do but to
 * return nothing:
 *
 *     walk(node.right) end          a call as the last statement of a function
 *     if done then report() return end
 *
 * Their frames are dropped when the callee has ended, without running any code (runtime/core/frames.ts): they are
 * told by a negative `$pc`. The frame is left all the same, for tracebacks.
 */
import type { JsStatement, SuspendExit } from "../estree.ts";
import { ownExit } from "./exits.ts";

/** The exits of a function's body, numbered from 1. */
export function planExits(body: readonly JsStatement[]): SuspendExit[] {
  const exits: SuspendExit[] = [];
  planAll(body, false, exits);
  return exits;
}

/** @param isTail Whether the function returns nothing behind the last statement. */
function planAll(statements: readonly JsStatement[], isTail: boolean, exits: SuspendExit[]): void {
  let at = nextCode(statements, 0);
  while (at < statements.length) {
    const statement = statements[at] as JsStatement;
    at = nextCode(statements, at + 1);
    const next = statements[at];
    planIn(statement, next === undefined ? isTail : returnsNothing(next), exits);
  }
}

/** Where the next statement is that is no comment. */
function nextCode(statements: readonly JsStatement[], from: number): number {
  let at = from;
  while (statements[at]?.type === "Comment") at++;
  return at;
}

function planIn(statement: JsStatement, isTail: boolean, exits: SuspendExit[]): void {
  switch (statement.type) {
    case "Sited": {
      const exit = ownExit(statement);
      if (exit === undefined) planIn(statement.statement, isTail, exits);
      else {
        exit.pc = exits.push(exit);
        exit.isLast = isTail && exit.resumption.form === "none";
      }
      return;
    }
    case "ExpressionStatement":
      return;
    case "IfStatement":
      planIn(statement.consequent, isTail, exits);
      if (statement.alternate) planIn(statement.alternate, isTail, exits);
      return;
    case "BlockStatement":
      planAll(statement.body, isTail, exits);
      return;
    case "LabeledStatement":
      planIn(statement.body, isTail, exits);
      return;
    case "WhileStatement":
    case "ForStatement":
      planIn(statement.body, false, exits);
      return;
    case "SwitchStatement":
      for (const { consequent } of statement.cases) planAll(consequent, false, exits);
      return;
    default:
  }
}

function returnsNothing(statement: JsStatement): boolean {
  if (statement.type === "Sited") return returnsNothing(statement.statement);
  if (statement.type !== "ReturnStatement") return false;
  return statement.argument?.type === "Identifier" && statement.argument.name === "$NONE";
}
