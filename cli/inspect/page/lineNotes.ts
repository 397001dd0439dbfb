/** What is said beside single lines of Lua: V8's verdicts. */
import { tierSentence } from "../optimize/verdictText.ts";
import type { FunctionVerdict } from "../optimize/verdicts.ts";

export interface LineNote {
  readonly kind: "good" | "fair" | "bad" | "quiet";
  readonly text: string;
  /** What more there is to say. */
  readonly details: string | undefined;
}

/** By line. */
export type LineNotes = ReadonlyMap<number, readonly LineNote[]>;

export function lineNotes(verdicts: readonly FunctionVerdict[]): LineNotes {
  const notes = new Map<number, LineNote[]>();
  const add = (line: number, note: LineNote): void => {
    const there = notes.get(line) ?? [];
    if (there.some(({ text }) => text === note.text)) return;
    notes.set(line, [...there, note]);
  };
  for (const verdict of verdicts) {
    if (verdict.firstLine > 0) add(verdict.firstLine, verdictNote(verdict));
    for (const { line, meaning, reason, count, within } of verdict.deopts) {
      if (line === undefined) continue;
      const times = count === 1 ? "" : ` ${String(count)} times`;
      const inner = within === undefined ? "" : ` in ${within}`;
      const text = `deoptimized${times}${inner}: ${meaning ?? reason}`;
      add(line, { kind: "bad", text, details: `${verdict.name}: ${reason}` });
    }
    for (const [line, names] of inlinedAt(verdict)) {
      add(line, { kind: "good", text: `inlined: ${names.join(", ")}`, details: undefined });
    }
  }
  return notes;
}

/** The kind of note that a function's verdict is. */
export function verdictNote(verdict: FunctionVerdict): LineNote {
  const { tier, optimizations, inlinedInto } = verdict;
  const text = tierSentence(verdict);
  if (tier === "turbofan" || tier === "maglev") return { kind: "good", text, details: undefined };
  if (tier === undefined && inlinedInto.length === 0) {
    return { kind: "quiet", text, details: undefined };
  }
  return { kind: optimizations > 0 ? "bad" : "fair", text, details: undefined };
}

function inlinedAt({ inlines }: FunctionVerdict): Map<number, string[]> {
  const byLine = new Map<number, string[]>();
  for (const { line, name, place } of inlines) {
    if (line === undefined || place === "runtime") continue;
    const names = byLine.get(line) ?? [];
    if (!names.includes(name)) byLine.set(line, [...names, name]);
  }
  return byLine;
}
