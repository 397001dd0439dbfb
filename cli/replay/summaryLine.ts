/** What a replay has come to, in one line. */
import type { Style } from "../style.ts";
import type { ReplaySubject } from "./report.ts";
import type { Tally } from "./tally.ts";

interface Progress {
  readonly tally: Tally;
  /** Whether it came to the end. */
  readonly isComplete: boolean;
}

/** "12 events of orders through totals: 11 done, 1 failed, 3 events appended" */
export function summaryLine(subject: ReplaySubject, progress: Progress, style: Style): string {
  const { topic, functionName, mode, group, total } = subject;
  const { tally, isComplete } = progress;
  const done =
    isComplete || total === undefined
      ? plural(tally.events, "event")
      : `${String(tally.events)} of ${plural(total, "event")}`;
  const stopped = isComplete ? "" : `${style.yellow("stopped")}: `;
  const compared = mode === "diff" ? `, compared with group ${group}` : "";
  const counts =
    mode === "diff"
      ? differences(tally, style)
      : [...results(tally, style), appends(subject, tally)];
  return `${stopped}${done} of ${topic} through ${functionName}${compared}: ${counts.join(", ")}`;
}

function results({ counts }: Tally, style: Style): readonly string[] {
  return [`${String(counts.done)} done`, alarming(counts.failed, "failed", style)];
}

function differences({ counts }: Tally, style: Style): readonly string[] {
  return [
    `${String(counts.equal)} equal`,
    alarming(counts.different, counts.different === 1 ? "differs" : "differ", style),
    alarming(counts.failed, "failed today", style),
    `${String(counts.new)} not handled before`,
  ];
}

function appends({ mode }: ReplaySubject, { appended }: Tally): string {
  const events = plural(appended, "event");
  return mode === "run" ? `${events} appended` : `${events} would be appended`;
}

function alarming(count: number, what: string, style: Style): string {
  const text = `${String(count)} ${what}`;
  return count === 0 ? text : style.red(text);
}

function plural(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? "" : "s"}`;
}
