/**
 * Finds the exits behind which nothing is left to do but to return nothing:
 *
 *     walk(node.right) end          a call as the last statement of a function
 *     if done then report() return end
 *
 * Their frames are dropped when the callee has ended, without running any code (runtime/core/frames.ts): they are
 * told by a negative `$pc`. The frame is left all the same, for tracebacks.
 */
import type { JsStatement } from "../estree.ts";
import { ownExit } from "./exits.ts";

/** @param isTail Whether the function returns nothing behind the last statement. */
export function markLastExits(statements: readonly JsStatement[], isTail = false): void {
  const code = statements.filter(({ type }) => type !== "Comment");
  code.forEach((statement, index) => {
    const next = code[index + 1];
    markIn(statement, next === undefined ? isTail : returnsNothing(next));
  });
}

function markIn(statement: JsStatement, isTail: boolean): void {
  switch (statement.type) {
    case "Sited": {
      const exit = ownExit(statement);
      if (exit === undefined) markIn(statement.statement, isTail);
      else exit.isLast = isTail && exit.resumption.form === "none";
      return;
    }
    case "BlockStatement":
      markLastExits(statement.body, isTail);
      return;
    case "IfStatement":
      markIn(statement.consequent, isTail);
      if (statement.alternate) markIn(statement.alternate, isTail);
      return;
    case "LabeledStatement":
      markIn(statement.body, isTail);
      return;
    case "WhileStatement":
    case "ForStatement":
      markIn(statement.body, false);
      return;
    case "SwitchStatement":
      for (const { consequent } of statement.cases) markLastExits(consequent);
      return;
    default:
  }
}

function returnsNothing(statement: JsStatement): boolean {
  if (statement.type === "Sited") return returnsNothing(statement.statement);
  if (statement.type !== "ReturnStatement") return false;
  return statement.argument?.type === "Identifier" && statement.argument.name === "$NONE";
}
