/** Writes which emitted lines the places of a bundle come from (cli/bundled/positions.ts). */
import { numberText } from "../bundled/numbers.ts";
import type { PositionRow } from "../bundled/positions.ts";

/** The rows of a chunk, in the order of their places. */
export function rowsText(rows: Iterable<PositionRow>): string {
  const parts: string[] = [];
  let before: Omit<PositionRow, "script"> & { readonly script: number } = NOWHERE;
  for (const row of rows) {
    const { line, column, script, emitted } = row;
    parts.push(
      numberText(line - before.line),
      numberText(column - (line === before.line ? before.column : 0)),
      numberText(script - before.script),
      numberText(emitted - before.emitted),
    );
    before = row;
  }
  return parts.join("");
}

const NOWHERE = { line: 0, column: 0, script: 0, emitted: 0 };

/** @param chunks Those of the bundle: the line (from 1) on which each begins, ascending, and its rows as text. */
export function positionText(
  chunks: readonly { readonly line: number; readonly rows: string }[],
): string {
  let before = 0;
  return chunks
    .map(({ line, rows }) => {
      const part = `${numberText(line - before)}${rows},`;
      before = line;
      return part;
    })
    .join("");
}
