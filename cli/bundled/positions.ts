/**
 * Finds the emitted line that a place in a bundle comes from, which is how errors and tracebacks get at Lua's lines without
 * a source map. The table is the text that the function `$spacerPositions` returns, which the build appends to the bundle
 * behind all code. `cli/build/positionTable.ts` writes it:
 *
 *     NrowsNrowsN...   for each chunk the lines from the one before, its rows, and a comma
 *
 * A row holds from its place on, until that of the next one. On lines below it the emitted line grows with them, so that code
 * that was not made smaller takes a row for each script, not one for each line. The rows of a chunk are read when somebody asks
 * for a place in it: most never are.
 */
import type { EmittedPlace } from "./bundle.ts";
import { NumberReader } from "./numbers.ts";

/** What a row is about. */
export const NO_SCRIPT = 0;
export const CHUNK_SCRIPT = 1;
export const RESUME_SCRIPT = 2;

/** From its place on, until that of the next one. */
export interface PositionRow {
  /** From the line on which the chunk begins: 0 for that. */
  readonly line: number;
  /** From 1, as V8 tells them. */
  readonly column: number;
  readonly script: typeof NO_SCRIPT | typeof CHUNK_SCRIPT | typeof RESUME_SCRIPT;
  /** The emitted line at this place, from 1; 0 where there is none. */
  readonly emitted: number;
}

/** The rows of a chunk. */
export function readRows(text: string): PositionRow[] {
  const numbers = new NumberReader(text);
  const rows: PositionRow[] = [];
  let [line, column, script, emitted] = [0, 0, NO_SCRIPT as number, 0];
  while (numbers.hasMore) {
    const lines = numbers.next();
    line += lines;
    column = (lines === 0 ? column : 0) + numbers.next();
    script += numbers.next();
    emitted += numbers.next();
    rows.push({ line, column, script: script as PositionRow["script"], emitted });
  }
  return rows;
}

export class PositionTable {
  /** Of each chunk: the line on which it begins, from 1, and its rows as text. */
  private readonly firstLines: number[] = [];
  private readonly texts: string[] = [];
  private readonly rows = new Map<number, readonly PositionRow[]>();

  constructor(text: string) {
    let line = 0;
    for (const part of text.split(",")) {
      if (part === "") continue;
      const numbers = new NumberReader(part);
      line += numbers.next();
      this.firstLines.push(line);
      this.texts.push(part.slice(numbers.position));
    }
  }

  /**
   * @param line From 1, as `column`.
   * @returns `undefined` for what is not emitted code
   */
  find(line: number, column: number): EmittedPlace | undefined {
    const chunkIndex = lastIndex(this.firstLines.length, (index) => this.lineOf(index) <= line);
    if (chunkIndex < 0) return undefined;
    const rows = this.rowsOf(chunkIndex);
    const ownLine = line - this.lineOf(chunkIndex);
    const row =
      rows[
        lastIndex(rows.length, (index) => {
          const each = rows[index] as PositionRow;
          return each.line < ownLine || (each.line === ownLine && each.column <= column);
        })
      ];
    if (row === undefined || row.script === NO_SCRIPT) return undefined;
    const isResume = row.script === RESUME_SCRIPT;
    return { chunkIndex, isResume, line: row.emitted + ownLine - row.line };
  }

  private lineOf(chunkIndex: number): number {
    return this.firstLines[chunkIndex] as number;
  }

  private rowsOf(chunkIndex: number): readonly PositionRow[] {
    let rows = this.rows.get(chunkIndex);
    if (rows === undefined) {
      this.rows.set(chunkIndex, (rows = readRows(this.texts[chunkIndex] ?? "")));
    }
    return rows;
  }
}

/** The last index below `count` for which something holds that holds for all before it; -1 if for none. */
function lastIndex(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
