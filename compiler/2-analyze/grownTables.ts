/** Tables that begin as empty ones and get their fields one by one, as objects of classes do. */
import type { AssignmentStatement, Expression, LocalStatement, Statement } from "../ast.ts";
import type { GrownTable } from "./analysis.ts";

/** @param next The index of the statement behind the declaration. */
export function findGrownTable(
  { names, values }: LocalStatement,
  statements: readonly Statement[],
  next: number,
): GrownTable | undefined {
  const [name] = names;
  const [value] = values;
  if (name === undefined || value === undefined || !isEmptyTable(value)) return undefined;
  const assignments: AssignmentStatement[] = [];
  for (let index = next; index < statements.length; index++) {
    const statement = statements[index];
    if (statement?.type !== "AssignmentStatement") break;
    if (!assignsFieldsOf(name.name, statement)) break;
    assignments.push(statement);
  }
  return assignments.length === 0 ? undefined : { name, assignments };
}

/** `{}`, and a call of `setmetatable` with one. */
function isEmptyTable(value: Expression): boolean {
  if (value.type === "TableExpression") return value.entries.length === 0;
  if (value.type !== "CallExpression" || value.method !== undefined) return false;
  const { callee, arguments: values } = value;
  if (callee.type !== "Identifier" || callee.name !== "setmetatable") return false;
  return values[0]?.type === "TableExpression" && values[0].entries.length === 0;
}

function assignsFieldsOf(name: string, { targets }: AssignmentStatement): boolean {
  return targets.every(
    (target) =>
      target.type === "IndexExpression" &&
      target.base.type === "Identifier" &&
      target.base.name === name &&
      target.key.type === "StringLiteral",
  );
}
