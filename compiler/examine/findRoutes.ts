/**
 * Finds the functions that a gateway file names, where it returns a table that is written out:
 * `return {{"GET", "/hello", "hello"}, ...}`, or a local with such a table.
 */
import type { Chunk, Expression, LocalStatement, Statement } from "../ast.ts";
import type { NamedPlace } from "./facts.ts";

/** The place of the function's name in a row, from 0. */
const NAME_INDEX = 2;

export function findRoutes(chunk: Chunk): NamedPlace[] {
  const { statements } = chunk.main.body;
  const last = statements.at(-1);
  const returned = last?.type === "ReturnStatement" ? last.values[0] : undefined;
  const list = returned?.type === "Identifier" ? localValue(returned.name, statements) : returned;
  if (list?.type !== "TableExpression") return [];
  return list.entries.flatMap(({ value }) => {
    const name = value.type === "TableExpression" ? positional(value.entries) : undefined;
    return name?.type === "StringLiteral" ? [{ name: name.value, span: name.span }] : [];
  });
}

/** What the last declaration of a local at the top of the file says. */
function localValue(name: string, statements: readonly Statement[]): Expression | undefined {
  const declares = (statement: Statement): statement is LocalStatement =>
    statement.type === "LocalStatement" && statement.names.some((each) => each.name === name);
  const declaration = statements.findLast(declares);
  const index = declaration?.names.findIndex((each) => each.name === name) ?? -1;
  return declaration?.values[index];
}

function positional(
  entries: readonly { readonly key: Expression | undefined; readonly value: Expression }[],
): Expression | undefined {
  return entries.filter(({ key }) => key === undefined)[NAME_INDEX]?.value;
}
