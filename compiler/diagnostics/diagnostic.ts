/** What a phase reports about a program. */
import type { Span } from "../ast.ts";
import type { SourceText } from "../source.ts";
import { catalog, type DetailsOf, type DiagnosticCode } from "./catalog.ts";
import type { Entry } from "./entry.ts";

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: "error" | "warning";
  /** Without position: "'=' expected near 'y'". */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string | undefined;
  /** From 1; 0 when the chunk as a whole is meant. */
  readonly line: number;
  readonly span: Span;
}

/** Makes a diagnostic of the catalog's entry for `code`. */
export function createDiagnostic<Code extends DiagnosticCode>(
  code: Code,
  details: DetailsOf<Code>,
  span: Span,
  line: number,
): Diagnostic {
  const entries: { readonly [C in DiagnosticCode]: Entry<DetailsOf<C>> } = catalog;
  const entry = entries[code];
  return {
    code,
    severity: entry.severity,
    message: entry.message(details),
    hint: entry.hint(details),
    line,
    span,
  };
}

/** A diagnostic as `load` gives it: "app/x.lua:3: '=' expected near 'y'". */
export function luaMessage(
  diagnostic: Pick<Diagnostic, "line" | "message">,
  source: SourceText,
): string {
  const { line, message } = diagnostic;
  const place = line === 0 ? source.shortName : `${source.shortName}:${String(line)}`;
  return `${place}: ${message}`;
}
