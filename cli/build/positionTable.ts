/** Writes which emitted lines the places of a bundle come from (cli/bundled/positions.ts). */
import { numberText } from "../bundled/numbers.ts";

/** Holds from its place on, until that of the next one. */
export interface PositionRow {
  /** In the bundle, from 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** As `scriptNumber` gives it, or `NO_SCRIPT`. */
  readonly script: number;
  /** The emitted line at this place, from 1; 0 where there is none. */
  readonly emitted: number;
}

/** @param rows In the order of their places. */
export function positionText(rows: Iterable<PositionRow>): string {
  const parts: string[] = [];
  let before: PositionRow = { line: 0, column: 0, script: 0, emitted: 0 };
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
