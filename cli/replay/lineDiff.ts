/** How the lines of one text become those of another: as few lines as possible are taken away and added. */

export interface DiffLine {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

/** Of longer texts only beginnings and ends are found to be the same. */
const MAX_CELLS = 4_000_000;

/** A comma at the end of a line does not count: in JSON it says only that another line follows. */
export function diffLines(
  before: readonly string[],
  after: readonly string[],
): readonly DiffLine[] {
  const least = Math.min(before.length, after.length);
  let head = 0;
  while (head < least && isSame(before[head], after[head])) head++;
  let tail = 0;
  while (tail < least - head && isSame(before.at(-1 - tail), after.at(-1 - tail))) tail++;
  const middle = diffMiddle(
    before.slice(head, before.length - tail),
    after.slice(head, after.length - tail),
  );
  return [
    ...linesOf("same", after.slice(0, head)),
    ...middle,
    ...linesOf("same", after.slice(after.length - tail)),
  ];
}

function isSame(left: string | undefined, right: string | undefined): boolean {
  return left?.replace(/,$/, "") === right?.replace(/,$/, "");
}

function linesOf(kind: DiffLine["kind"], texts: readonly string[]): DiffLine[] {
  return texts.map((text) => ({ kind, text }));
}

function diffMiddle(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const width = after.length + 1;
  if (before.length * after.length > MAX_CELLS) {
    return [...linesOf("removed", before), ...linesOf("added", after)];
  }
  // Of the lines from (row, column) on: the length of the longest common subsequence.
  const common = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number): number => common[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      common[row * width + column] = isSame(before[row], after[column])
        ? at(row + 1, column + 1) + 1
        : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: DiffLine[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [removed, added] = [before[row], after[column]];
    if (removed !== undefined && added !== undefined && isSame(removed, added)) {
      lines.push({ kind: "same", text: added });
      row++;
      column++;
    } else if (
      removed !== undefined &&
      (added === undefined || at(row + 1, column) >= at(row, column + 1))
    ) {
      lines.push({ kind: "removed", text: removed });
      row++;
    } else {
      lines.push({ kind: "added", text: added as string });
      column++;
    }
  }
  return lines;
}
