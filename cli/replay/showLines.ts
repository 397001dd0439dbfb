/** What a function does, and how that differs from what it did, as lines for a terminal. */
import { printable } from "../printable.ts";
import type { Style } from "../style.ts";
import { describeEnding } from "./describeEnding.ts";
import { diffLines, type DiffLine } from "./lineDiff.ts";
import type { Ending } from "./outcome.ts";

export function showEnding(today: Ending, style: Style): readonly string[] {
  const { result, appends } = describeEnding(today);
  return [
    ...showSection("returns", result.map(unchanged), style),
    ...showSection("appends", appends.map(unchanged), style),
  ];
}

/** What is the same on both sides is left out, but for a few lines around what is not. */
export function showDifference(before: Ending, today: Ending, style: Style): readonly string[] {
  const [then, now] = [describeEnding(before), describeEnding(today)];
  return [
    ...showSection("returns", withContext(diffLines(then.result, now.result)), style),
    ...showSection("appends", withContext(diffLines(then.appends, now.appends)), style),
  ];
}

/** A number of lines that are left out stands for them. */
type ShownLine = DiffLine | number;

function unchanged(text: string): DiffLine {
  return { kind: "same", text };
}

/** So many lines are shown before and after one that differs, */
const CONTEXT = 3;
/** and so many in all. */
const MAX_LINES = 60;

function withContext(lines: readonly DiffLine[]): readonly ShownLine[] {
  const changed = lines.flatMap(({ kind }, index) => (kind === "same" ? [] : [index]));
  if (changed.length === 0) return [];
  const shown: ShownLine[] = [];
  let next = 0;
  for (const index of changed) {
    const from = Math.max(next, index - CONTEXT);
    if (from > next) shown.push(from - next);
    const to = Math.min(lines.length, index + CONTEXT + 1);
    shown.push(...lines.slice(from, to));
    next = to;
  }
  if (next < lines.length) shown.push(lines.length - next);
  return shown;
}

function showSection(title: string, lines: readonly ShownLine[], style: Style): readonly string[] {
  if (lines.length === 0) return [];
  const texts = lines.slice(0, MAX_LINES).map((line) => showLine(line, style));
  const left = lines.length - texts.length;
  const rest = left === 0 ? [] : [style.dim(`      ... ${String(left)} more lines (--json)`)];
  return [`    ${style.dim(title)}`, ...texts, ...rest];
}

function showLine(line: ShownLine, style: Style): string {
  if (typeof line === "number") return style.dim(`      ... ${String(line)} lines alike`);
  const text = printable(line.text);
  switch (line.kind) {
    case "same":
      return `      ${text}`;
    case "removed":
      return style.red(`    - ${text}`);
    case "added":
      return style.green(`    + ${text}`);
  }
}
