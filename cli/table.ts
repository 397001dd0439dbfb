/** Tables for people: aligned columns under their names. */
import { printable } from "./printable.ts";
import type { Paint, Style } from "./style.ts";

export interface Column {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
  readonly paint?: Paint;
}

/** Of one column; `undefined` where there is nothing to say. */
export type Cell = string | number | undefined;

/** @returns Lines, each with its line break. */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  style: Style,
): string {
  const titles = columns.map(({ title }) => title.toUpperCase());
  const texts = rows.map((row) => columns.map((_, index) => textOf(row[index])));
  const widths = columns.map((_, index) =>
    Math.max(...[titles, ...texts].map((row) => widthOf(row[index] ?? ""))),
  );
  const format = (row: readonly string[], paintOf: (column: Column) => Paint | undefined) =>
    columns
      .map((column, index) => {
        const text = row[index] ?? "";
        const space = " ".repeat((widths[index] ?? 0) - widthOf(text));
        const painted = paintOf(column)?.(text) ?? text;
        if (column.isNumber === true) return space + painted;
        return index === columns.length - 1 ? painted : painted + space;
      })
      .join("  ");
  return [format(titles, () => style.dim), ...texts.map((row) => format(row, ({ paint }) => paint))]
    .map((line) => `${line}\n`)
    .join("");
}

function textOf(cell: Cell): string {
  return cell === undefined || cell === "" ? "-" : printable(String(cell));
}

/** As most terminals show it. */
function widthOf(text: string): number {
  return Array.from(text).length;
}
