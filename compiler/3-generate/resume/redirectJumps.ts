/**
 * Statements of a loop's body, made fit to stand outside of that loop: what left or continued the
 * loop breaks out of labelled blocks instead.
 */
import type * as ESTree from "estree";
import { breakStatement, type JsStatement } from "../estree.ts";

/** Which jumps become a break out of which block; labels of a function are unique. */
export interface Redirections {
  /** Of an unlabelled `break`. */
  readonly plainBreak: string | undefined;
  readonly breaks: ReadonlyMap<string, string>;
  readonly continues: ReadonlyMap<string, string>;
  /** Gathers the blocks that are broken out of. */
  readonly used: Set<string>;
}

export function noRedirections(): Redirections {
  return { plainBreak: undefined, breaks: new Map(), continues: new Map(), used: new Set() };
}

export function redirectJumps(statement: JsStatement, to: Redirections): JsStatement {
  if (to.plainBreak === undefined && to.breaks.size === 0) return statement;
  switch (statement.type) {
    case "Sited":
      return { ...statement, statement: redirectJumps(statement.statement, to) };
    case "BreakStatement": {
      const target = statement.label ? to.breaks.get(statement.label.name) : to.plainBreak;
      return target === undefined ? statement : breakOut(target, to);
    }
    case "ContinueStatement": {
      const target = to.continues.get(statement.label?.name ?? "");
      return target === undefined ? statement : breakOut(target, to);
    }
    case "BlockStatement":
      return { ...statement, body: redirectAll(statement.body, to) };
    case "IfStatement":
      return {
        ...statement,
        consequent: redirectJumps(statement.consequent, to) as ESTree.Statement,
        alternate: statement.alternate
          ? (redirectJumps(statement.alternate, to) as ESTree.Statement)
          : null,
      };
    case "LabeledStatement":
      return { ...statement, body: redirectJumps(statement.body, to) as ESTree.Statement };
    case "WhileStatement":
    case "ForStatement":
      return {
        ...statement,
        body: redirectJumps(statement.body, insideLoop(to)) as ESTree.Statement,
      };
    case "SwitchStatement":
      return {
        ...statement,
        cases: statement.cases.map((branch) => ({
          ...branch,
          consequent: redirectAll(branch.consequent, insideLoop(to)),
        })),
      };
    default:
      return statement;
  }
}

function breakOut(target: string, { used }: Redirections): JsStatement {
  used.add(target);
  return breakStatement(target);
}

function redirectAll(statements: readonly JsStatement[], to: Redirections): ESTree.Statement[] {
  return statements.map((statement) => redirectJumps(statement, to) as ESTree.Statement);
}

/** An unlabelled `break` in there is that loop's or switch's own. */
function insideLoop(to: Redirections): Redirections {
  return to.plainBreak === undefined ? to : { ...to, plainBreak: undefined };
}
