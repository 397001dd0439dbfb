/**
 * Finds the functions that a gateway file names, hooks among them, where it returns a table that is written out:
 * `return {{"GET", "/hello", "hello", before = "auth"}, ...}`, or a local with such a table.
 */
import type { Chunk, Expression, LocalStatement, Span, Statement, TableEntry } from "../ast.ts";
import type { NamedPlace } from "./facts.ts";

/** The place of the function's name in a row, from 0. */
const NAME_INDEX = 2;

const HOOK_NAMES = ["before", "after"];

export function findRoutes(chunk: Chunk): NamedPlace[] {
  return (routeCells(chunk) ?? []).flatMap((cell) =>
    cell.type === "StringLiteral" ? [{ name: cell.value, span: cell.span }] : [],
  );
}

/** Where a gateway file has names of functions that are computed; the first such place. */
export function findComputedRoute(chunk: Chunk): Span | undefined {
  const cells = routeCells(chunk);
  const last = chunk.main.body.statements.at(-1);
  if (cells === undefined) return last?.span ?? chunk.main.span;
  return cells.find(({ type }) => type !== "StringLiteral")?.span;
}

/** The expressions that name functions; `undefined` where the table of rows is not written out. */
function routeCells(chunk: Chunk): Expression[] | undefined {
  const { statements } = chunk.main.body;
  const last = statements.at(-1);
  const returned = last?.type === "ReturnStatement" ? last.values[0] : undefined;
  const list = returned?.type === "Identifier" ? localValue(returned.name, statements) : returned;
  if (list?.type !== "TableExpression") return undefined;
  return list.entries.flatMap(({ value }) =>
    value.type === "TableExpression" ? cellsOf(value.entries) : [value],
  );
}

function cellsOf(entries: readonly TableEntry[]): Expression[] {
  const name = entries.filter(({ key }) => key === undefined)[NAME_INDEX]?.value;
  const hooks = entries.flatMap(({ key, value }) => {
    if (key?.type !== "StringLiteral" || !HOOK_NAMES.includes(key.value)) return [];
    return value.type === "TableExpression" ? value.entries.map((entry) => entry.value) : [value];
  });
  return name === undefined ? hooks : [name, ...hooks];
}

/** What the last declaration of a local at the top of the file says. */
function localValue(name: string, statements: readonly Statement[]): Expression | undefined {
  const declares = (statement: Statement): statement is LocalStatement =>
    statement.type === "LocalStatement" && statement.names.some((each) => each.name === name);
  const declaration = statements.findLast(declares);
  const index = declaration?.names.findIndex((each) => each.name === name) ?? -1;
  return declaration?.values[index];
}
