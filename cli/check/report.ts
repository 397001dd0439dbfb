/** Shows findings to people. */
import { renderDiagnostic } from "../../compiler/index.ts";
import { fromBytes } from "../bytes.ts";
import type { Style } from "../style.ts";
import type { Finding } from "./finding.ts";

/**
 * A finding as a terminal shows it, with a line break at its end:
 *
 *     warning: app/x.lua:3: local 'x' is never read [unused-local]
 *       3 | local x = 1
 *         |       ^
 *     hint: remove it, or begin its name with '_' to keep it
 */
export function describeFinding({ diagnostic, source }: Finding, style: Style): string {
  const { severity, code } = diagnostic;
  const [first = "", ...frame] = fromBytes(renderDiagnostic(diagnostic, source)).split("\n");
  const paint = severity === "error" ? style.red : style.yellow;
  const lines = [`${paint(`${severity}:`)} ${style.bold(first)} ${style.dim(`[${code}]`)}`];
  return `${[...lines, ...frame].join("\n")}\n`;
}

export interface Totals {
  readonly files: number;
  readonly errors: number;
  readonly warnings: number;
}

export function totalsOf(findings: readonly Finding[], files: number): Totals {
  const errors = findings.filter(({ diagnostic }) => diagnostic.severity === "error").length;
  return { files, errors, warnings: findings.length - errors };
}

/** "checked 12 files: 1 error, 2 warnings" */
export function describeTotals({ files, errors, warnings }: Totals, style: Style): string {
  const counts = [count(errors, "error"), count(warnings, "warning")].filter(
    (_text, index) => [errors, warnings][index] !== 0,
  );
  const paint = errors > 0 ? style.red : warnings > 0 ? style.yellow : style.green;
  const outcome = counts.length === 0 ? "nothing found" : counts.join(", ");
  return `checked ${count(files, "file")}: ${paint(outcome)}\n`;
}

function count(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? "" : "s"}`;
}
