/**
 * Finds the emitted line that a place in a bundle comes from, which is how errors and tracebacks get at Lua's lines without
 * a source map. The table is the text that the function `$spacerPositions` returns, which the build appends to the bundle
 * behind all code. `cli/build/positionTable.ts` writes it.
 *
 * A row holds from its place on, until that of the next one. On lines below it the emitted line grows with them, so that code
 * that was not made smaller takes a row for each script, not one for each line.
 */
import type { EmittedPlace } from "./bundle.ts";
import { NumberReader } from "./numbers.ts";

/** The script number of what is not emitted code. */
export const NO_SCRIPT = 0;

/** The number of a script in the table: the chunks in turn, each with its resume script behind it. */
export function scriptNumber(chunkIndex: number, isResume: boolean): number {
  return chunkIndex * 2 + (isResume ? 2 : 1);
}

export class PositionTable {
  /** The rows, in four arrays: they are searched for each frame of a stack. */
  private readonly lines: number[] = [];
  private readonly columns: number[] = [];
  private readonly scripts: number[] = [];
  private readonly emitted: number[] = [];

  constructor(text: string) {
    const numbers = new NumberReader(text);
    let [line, column, script, emitted] = [0, 0, NO_SCRIPT, 0];
    while (numbers.hasMore) {
      const lineDelta = numbers.next();
      line += lineDelta;
      column = (lineDelta === 0 ? column : 0) + numbers.next();
      script += numbers.next();
      emitted += numbers.next();
      this.lines.push(line);
      this.columns.push(column);
      this.scripts.push(script);
      this.emitted.push(emitted);
    }
  }

  /**
   * @param line From 1, as `column`: as V8 tells them.
   * @returns `undefined` for what is not emitted code
   */
  find(line: number, column: number): EmittedPlace | undefined {
    let low = 0;
    let high = this.lines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const rowLine = this.lines[middle] as number;
      const isBefore =
        rowLine < line || (rowLine === line && (this.columns[middle] as number) <= column);
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    const row = low - 1;
    const script = this.scripts[row] ?? NO_SCRIPT;
    if (script === NO_SCRIPT) return undefined;
    return {
      chunkIndex: (script - 1) >> 1,
      isResume: script % 2 === 0,
      line: (this.emitted[row] as number) + line - (this.lines[row] as number),
    };
  }
}
