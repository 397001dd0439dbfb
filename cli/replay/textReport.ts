/** For people: what failed, what differs or would be done, and a summary. */
import { printable } from "../printable.ts";
import type { Style } from "../style.ts";
import { placeOf } from "../topics/eventLine.ts";
import type { ReplayedEvent, Verdict } from "./outcome.ts";
import type { ReplayMode, ReplayReport, ReplaySubject } from "./report.ts";
import { showDifference, showEnding } from "./showLines.ts";
import { summaryLine } from "./summaryLine.ts";

/** Of which events there is something to tell. */
const TOLD: Readonly<Record<ReplayMode, readonly Verdict[]>> = {
  run: ["failed"],
  "dry-run": ["failed", "done"],
  diff: ["failed", "different"],
};

export function createTextReport(subject: ReplaySubject, style: Style): ReplayReport {
  const { mode, limit } = subject;
  // Each kind by itself: many of one are not to hide the other.
  const seen = new Map<Verdict, number>();
  return {
    event: (replayed) => {
      const { verdict } = replayed;
      if (!TOLD[mode].includes(verdict)) return "";
      const count = (seen.get(verdict) ?? 0) + 1;
      seen.set(verdict, count);
      return count > limit ? "" : describeEvent(replayed, style);
    },
    summary: (tally, isComplete) => {
      const hidden = [...seen].filter(([, count]) => count > limit);
      const notes = hidden.map(([verdict, count]) => {
        const shown = `${String(limit)} of ${String(count)} ${NOUNS[verdict]} are shown`;
        return `${style.dim(`${shown}; --limit N shows more`)}\n`;
      });
      return `${notes.join("")}${summaryLine(subject, { tally, isComplete }, style)}\n`;
    },
  };
}

const NOUNS: Readonly<Record<Verdict, string>> = {
  done: "events",
  failed: "failures",
  equal: "events",
  different: "differences",
  new: "events",
};

function describeEvent(replayed: ReplayedEvent, style: Style): string {
  const { event, verdict } = replayed;
  const label = { failed: [style.red("failed")], different: [style.yellow("differs")] };
  const key = style.cyan(event.key === "" ? '""' : printable(event.key));
  const isLabelled = verdict === "failed" || verdict === "different";
  const head = [style.bold(placeOf(event)), key, ...(isLabelled ? label[verdict] : [])];
  return [head.join("  "), ...detailLines(replayed, style), ""].map((line) => `${line}\n`).join("");
}

function detailLines({ today, before }: ReplayedEvent, style: Style): readonly string[] {
  if (today.kind === "failed") return errorLines(today.error, today.traceback, style);
  return before === undefined ? showEnding(today, style) : showDifference(before, today, style);
}

function errorLines(error: string, traceback: string | undefined, style: Style): readonly string[] {
  const [first = "", ...rest] = [error, ...(traceback === undefined ? [] : [traceback])]
    .flatMap((text) => text.split("\n"))
    // A traceback is indented by tabs.
    .map((line) => `    ${printable(line.replaceAll("\t", "  "))}`);
  return [style.red(first), ...rest];
}
