/** V8's verdicts for people. */
import type { Style } from "../../style.ts";
import { printable } from "../../printable.ts";
import type { OptimizationReport } from "./optimize.ts";
import {
  isTooLargeToInline,
  type DeoptVerdict,
  type FunctionVerdict,
  type InlinedVerdict,
} from "./verdicts.ts";
import type { Tier } from "./v8Log.ts";

export function verdictText(report: OptimizationReport, style: Style): string {
  const { functions, unknown } = report;
  const called = functions.filter(isUsed);
  const unused = functions.filter((verdict) => !isUsed(verdict));
  const parts = [
    `${headLine(report)}\n`,
    ...called.map((verdict) => functionText(verdict, style)),
    ...(unused.length > 0
      ? [`${style.dim("never called:")} ${unused.map(nameWithLines).join(", ")}\n`]
      : []),
    ...unknown.map((text) => `${style.yellow("not determined:")} ${text}\n`),
  ];
  const { end } = report;
  if (end.kind === "error") parts.push(`${style.red("the run ended by an error:")}\n${end.text}\n`);
  return parts.join("\n");
}

/** What was run, for how long, on what. */
export function headLine({ file, node, v8, calls, elapsedMs, end }: OptimizationReport): string {
  const seconds = (elapsedMs / 1000).toFixed(1);
  const engine = `Node ${node}${v8 === undefined ? "" : `, V8 ${v8}`}`;
  const what =
    end.kind === "program"
      ? `run once as a program, ${seconds} s`
      : `${String(calls)} ${calls === 1 ? "call" : "calls"} in ${seconds} s`;
  const note = end.kind === "stopped" ? ", stopped in the middle of one" : "";
  return `${file}: ${what}${note} (${engine})`;
}

function functionText(verdict: FunctionVerdict, style: Style): string {
  const lines = [
    `${style.bold(nameWithLines(verdict))}: ${tierText(verdict, style)}`,
    ...verdictDetails(verdict).map(({ kind, text }) =>
      kind === "bad" ? `  ${style.red(text)}` : `  ${text}`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

export interface VerdictDetail {
  readonly kind: "good" | "bad" | "note";
  readonly text: string;
}

/** Sentences about a function, without the first one, which `tierName` is for. */
export function verdictDetails(verdict: FunctionVerdict): VerdictDetail[] {
  const { inlinedInto, inlines, deopts, reason, resumedTier } = verdict;
  const own = inlines.filter(({ place }) => place !== "runtime");
  const runtime = inlines.filter(({ place }) => place === "runtime").map(({ name }) => name);
  const details: VerdictDetail[] = [];
  if (inlinedInto.length > 0) {
    details.push({ kind: "good", text: `inlined into ${inlinedList(inlinedInto)}` });
  }
  if (own.length > 0) details.push({ kind: "good", text: `inlines ${inlinedList(own)}` });
  if (runtime.length > 0) {
    const names = [...new Set(runtime)].filter((name) => name !== "");
    details.push({ kind: "note", text: `inlines of the runtime: ${names.join(", ")}` });
  }
  for (const deopt of deopts) details.push({ kind: "bad", text: deoptText(deopt) });
  if (reason !== undefined) details.push({ kind: "note", text: reason });
  if (resumedTier !== undefined) {
    details.push({ kind: "note", text: `resumed after waits: ${tierName(resumedTier)}` });
  }
  if (isTooLargeToInline(verdict) && verdict.tier === "turbofan") {
    const size = String(verdict.bytecodeBytes);
    details.push({ kind: "note", text: `too large to be inlined (${size} bytes of bytecode)` });
  }
  return details;
}

/** "deoptimized 2 times at line 3, in add inlined at line 8: wrong map (a table had ...)" */
function deoptText(deopt: DeoptVerdict): string {
  const { count, line, within, inlinedAt, reason, meaning, tier } = deopt;
  const times = count === 1 ? "deoptimized" : `deoptimized ${String(count)} times`;
  const place = line === undefined ? " (at no line of this file)" : ` at line ${String(line)}`;
  const inner = within === undefined ? "" : `, in ${within}`;
  const outer =
    inlinedAt === undefined
      ? ""
      : within === undefined
        ? ""
        : ` inlined at line ${String(inlinedAt)}`;
  const why = meaning === undefined ? reason : `${meaning} (${reason})`;
  return printable(`${times}${place}${inner}${outer}, from ${tierName(tier)}: ${why}`);
}

const TIER_NAMES: Readonly<Record<Tier, string>> = {
  interpreter: "interpreted",
  baseline: "baseline code",
  maglev: "Maglev",
  turbofan: "TurboFan",
};

function tierName(tier: Tier): string {
  return TIER_NAMES[tier];
}

/** What is said of a function first. */
export function tierSentence({ tier, optimizations, inlinedInto }: FunctionVerdict): string {
  switch (tier) {
    case undefined:
      return inlinedInto.length > 0 ? "only inlined" : "never called";
    case "turbofan":
    case "maglev":
      return `optimized by ${tierName(tier)}`;
    case "baseline":
    case "interpreter": {
      const now =
        tier === "baseline" ? "not optimized, baseline code" : "not optimized, interpreted";
      return optimizations > 0 ? `${now} (it was, and was deoptimized)` : now;
    }
  }
}

function tierText(verdict: FunctionVerdict, style: Style): string {
  const sentence = tierSentence(verdict);
  if (verdict.tier === "turbofan" || verdict.tier === "maglev") return style.green(sentence);
  return verdict.optimizations > 0 ? style.red(sentence) : style.yellow(sentence);
}

function isUsed({ tier, inlinedInto }: FunctionVerdict): boolean {
  return tier !== undefined || inlinedInto.length > 0;
}

function nameWithLines({ name, firstLine, lastLine }: FunctionVerdict): string {
  if (firstLine === 0) return name;
  const lines =
    firstLine === lastLine ? String(firstLine) : `${String(firstLine)}-${String(lastLine)}`;
  return `${name} (${lines})`;
}

function inlinedList(list: readonly InlinedVerdict[]): string {
  return list
    .map(({ name, place, line }) => {
      const file = place === undefined ? "" : ` (${place})`;
      return `${name}${file}${line === undefined ? "" : ` at line ${String(line)}`}`;
    })
    .join(", ");
}
