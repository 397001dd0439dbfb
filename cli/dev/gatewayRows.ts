/** Where the rows of a gateway file are, as far as it writes them down as a list. */
import { parse, SourceText, type ast } from "../../compiler/index.ts";
import { toBytes } from "../bytes.ts";
import { GATEWAY_FILE } from "../projectRoot.ts";
import type { Mark } from "./codeFrame.ts";

export interface GatewayRow {
  readonly mark: Mark;
  /** `undefined` where no string is written. */
  readonly called: CalledFunction | undefined;
}

export interface CalledFunction {
  /** In bytes. */
  readonly name: string;
  readonly mark: Mark;
}

/**
 * The rows, in their order; empty when the file does something else than to return a list, by itself or
 * as a variable.
 *
 * @param bytes Of the file.
 */
export function findGatewayRows(bytes: string): readonly GatewayRow[] {
  const source = new SourceText(bytes, `@${GATEWAY_FILE}`, toBytes(GATEWAY_FILE));
  const chunk = parse(source, () => undefined, { isLua52Compatible: true });
  const statements = chunk?.main.body.statements ?? [];
  const list = returnedTable(statements);
  if (list === undefined) return [];
  return list.entries
    .filter(({ key }) => key === undefined)
    .map(({ value }) => ({ mark: markOf(value, source), called: calledBy(value, source) }));
}

function returnedTable(statements: readonly ast.Statement[]): ast.TableExpression | undefined {
  const last = statements.at(-1);
  const value = last?.type === "ReturnStatement" ? last.values[0] : undefined;
  if (value?.type === "TableExpression") return value;
  if (value?.type !== "Identifier") return undefined;
  for (const statement of statements) {
    if (statement.type !== "LocalStatement") continue;
    const index = statement.names.findIndex(({ name }) => name === value.name);
    const initial = statement.values[index];
    if (initial?.type === "TableExpression") return initial;
  }
  return undefined;
}

/** The third value of a row. */
function calledBy(row: ast.Expression, source: SourceText): CalledFunction | undefined {
  if (row.type !== "TableExpression") return undefined;
  const value = row.entries.filter(({ key }) => key === undefined)[2]?.value;
  if (value?.type !== "StringLiteral") return undefined;
  return { name: value.value, mark: markOf(value, source) };
}

function markOf({ span }: ast.Expression, source: SourceText): Mark {
  const line = source.lineAt(span.start);
  const lineSpan = source.lineSpan(line);
  const sizeBytes = Math.min(span.end, lineSpan.end) - span.start;
  return { file: GATEWAY_FILE, line, span: { column: span.start - lineSpan.start, sizeBytes } };
}
