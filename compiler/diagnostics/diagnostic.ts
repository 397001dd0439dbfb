/** What a phase reports about a program. */
import type { Span } from "../ast.ts";
import type { DiagnosticCode } from "./catalog.ts";

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: "error" | "warning";
  /** In Lua's own words, without position: "'=' expected near 'y'". */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string | undefined;
  /** From 1. */
  readonly line: number;
  readonly span: Span;
}
