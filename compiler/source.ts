/** A chunk of Lua source: its bytes, its name, and where its lines begin. */
export class SourceText {
  /** One char per byte. A first line that starts with `#` is blanked (manual 6). */
  readonly text: string;
  /** As given to `load`: "@file", "=name" or the source text. */
  readonly chunkName: string;
  /** How messages name the chunk: "file", "name" or `[string "..."]`. */
  readonly shortName: string;
  private lineStarts: readonly number[] | undefined = undefined;

  constructor(text: string, chunkName: string, shortName: string) {
    this.text = text;
    this.chunkName = chunkName;
    this.shortName = shortName;
  }

  /** The line (from 1) of a byte offset. */
  lineAt(offset: number): number {
    const starts = (this.lineStarts ??= findLineStarts(this.text));
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The column (from 1) of a byte offset. */
  columnAt(offset: number): number {
    const line = this.lineAt(offset);
    return offset - (this.lineStarts?.[line - 1] ?? 0) + 1;
  }
}

/** Lines end with \n, \r, \r\n or \n\r, as for Lua's lexer. */
function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let offset = 0; offset < text.length; offset++) {
    const char = text.charCodeAt(offset);
    if (char !== 10 && char !== 13) continue;
    const next = text.charCodeAt(offset + 1);
    if ((next === 10 || next === 13) && next !== char) offset++;
    starts.push(offset + 1);
  }
  return starts;
}
