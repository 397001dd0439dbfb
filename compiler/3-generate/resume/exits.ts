/**
 * Finds the places where a function suspends in the tree that its emitters made. They are numbered in the order of the text
 * (planExits.ts), so those inside any statement are a range: what re-enters a function tells by one comparison which way
 * to go.
 */
import type { JsStatement, Sited, SuspendExit } from "../estree.ts";

/** The exits inside a statement, both ends inclusive. */
export interface ExitRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The range of the exits inside a statement behind which the function is entered; they are numbered.
 * `undefined` without any.
 */
export function exitsIn(statement: JsStatement): ExitRange | undefined {
  let first = 0;
  let last = 0;
  forEachExit(statement, ({ pc, isLast }) => {
    if (isLast) return;
    if (first === 0) first = pc;
    last = pc;
  });
  return first === 0 ? undefined : { first, last };
}

export function exitsInAll(statements: readonly JsStatement[]): ExitRange | undefined {
  let range: ExitRange | undefined;
  for (const statement of statements) {
    const found = exitsIn(statement);
    if (found !== undefined) range = { first: range?.first ?? found.first, last: found.last };
  }
  return range;
}

/** The exit of a statement that suspends itself, as `pushSuspending` made it. */
export function ownExit({ statement }: Sited): SuspendExit | undefined {
  let inner: JsStatement | null | undefined = statement;
  while (inner?.type === "IfStatement") {
    const consequent = inner.consequent as JsStatement;
    if (consequent.type === "SuspendExit") return consequent;
    inner = inner.alternate;
  }
  return undefined;
}

function forEachExit(statement: JsStatement, visit: (exit: SuspendExit) => void): void {
  switch (statement.type) {
    case "SuspendExit":
      visit(statement);
      return;
    case "Sited":
      forEachExit(statement.statement, visit);
      return;
    case "BlockStatement":
      for (const child of statement.body) forEachExit(child, visit);
      return;
    case "IfStatement":
      forEachExit(statement.consequent, visit);
      if (statement.alternate) forEachExit(statement.alternate, visit);
      return;
    case "LabeledStatement":
    case "WhileStatement":
    case "ForStatement":
      forEachExit(statement.body, visit);
      return;
    case "SwitchStatement":
      for (const { consequent } of statement.cases) {
        for (const child of consequent) forEachExit(child, visit);
      }
      return;
    default:
  }
}
