/** Findings as people and programs read them. */
import { printable } from "../printable.ts";
import type { Style } from "../style.ts";
import type { Level, NamedFinding } from "./check.ts";

const WIDTH = Math.max(..."ok warning problem".split(" ").map((level) => level.length));

/** A line, and one for what to do. */
export function describeFinding(
  { check, level, message, hint }: NamedFinding,
  style: Style,
): string {
  const paint = { ok: style.green, warning: style.yellow, problem: style.red }[level];
  const first = `${paint(level.padEnd(WIDTH))}  ${style.bold(check)}: ${printable(message)}\n`;
  if (hint === undefined) return first;
  return `${first}${" ".repeat(WIDTH)}    hint: ${printable(hint)}\n`;
}

export function describeTotals(findings: readonly NamedFinding[], style: Style): string {
  const problems = count(findings, "problem");
  const warnings = count(findings, "warning");
  const parts = [
    ...(problems === 0 ? [] : [style.red(inWords(problems, "problem"))]),
    ...(warnings === 0 ? [] : [style.yellow(inWords(warnings, "warning"))]),
  ];
  return parts.length === 0 ? "all is well\n" : `${parts.join(", ")}\n`;
}

/** A line of JSON for all of it. */
export function toJson(findings: readonly NamedFinding[]): string {
  return `${JSON.stringify({
    problems: count(findings, "problem"),
    warnings: count(findings, "warning"),
    findings,
  })}\n`;
}

function count(findings: readonly NamedFinding[], level: Level): number {
  return findings.filter((finding) => finding.level === level).length;
}

function inWords(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? "" : "s"}`;
}
