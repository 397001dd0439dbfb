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

/** What has no such jump stays the same object: most statements have none. */
export function redirectJumps(statement: JsStatement, to: Redirections): JsStatement {
  if (to.plainBreak === undefined && to.breaks.size === 0) return statement;
  switch (statement.type) {
    case "Sited": {
      const inner = redirectJumps(statement.statement, to);
      return inner === statement.statement ? statement : { ...statement, statement: inner };
    }
    case "BreakStatement": {
      const target = statement.label ? to.breaks.get(statement.label.name) : to.plainBreak;
      return target === undefined ? statement : breakOut(target, to);
    }
    case "ContinueStatement": {
      const target = to.continues.get(statement.label?.name ?? "");
      return target === undefined ? statement : breakOut(target, to);
    }
    case "BlockStatement": {
      const body = redirectAll(statement.body, to);
      return body === statement.body ? statement : { ...statement, body };
    }
    case "IfStatement":
      return redirectIf(statement, to);
    case "LabeledStatement": {
      const body = redirectJumps(statement.body, to) as ESTree.Statement;
      return body === statement.body ? statement : { ...statement, body };
    }
    case "WhileStatement":
    case "ForStatement": {
      const body = redirectJumps(statement.body, insideLoop(to)) as ESTree.Statement;
      return body === statement.body ? statement : { ...statement, body };
    }
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

function redirectIf(statement: ESTree.IfStatement, to: Redirections): JsStatement {
  const consequent = redirectJumps(statement.consequent, to) as ESTree.Statement;
  const alternate = statement.alternate
    ? (redirectJumps(statement.alternate, to) as ESTree.Statement)
    : statement.alternate;
  const isSame = consequent === statement.consequent && alternate === statement.alternate;
  return isSame ? statement : { ...statement, consequent, alternate: alternate ?? null };
}

function breakOut(target: string, { used }: Redirections): JsStatement {
  used.add(target);
  return breakStatement(target);
}

function redirectAll(statements: ESTree.Statement[], to: Redirections): ESTree.Statement[] {
  let changed: ESTree.Statement[] | undefined;
  for (const [index, statement] of statements.entries()) {
    const redirected = redirectJumps(statement, to) as ESTree.Statement;
    if (redirected !== statement) changed ??= statements.slice(0, index);
    changed?.push(redirected);
  }
  return changed ?? statements;
}

/** An unlabelled `break` in there is that loop's or switch's own. */
function insideLoop(to: Redirections): Redirections {
  return to.plainBreak === undefined ? to : { ...to, plainBreak: undefined };
}
