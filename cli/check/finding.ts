/** What `spacer check` finds, for programs: the places of a diagnostic as lines and columns. */
import type { Diagnostic, SourceText } from "../../compiler/index.ts";
import { fromBytes } from "../bytes.ts";

export interface Finding {
  /** As it is shown: from the root of the project. */
  readonly file: string;
  /** Its code may be one that only other commands have. */
  readonly diagnostic: Omit<Diagnostic, "code"> & { readonly code: string };
  /** The file, for the frame around the place. */
  readonly source: SourceText;
}

/** A finding as `--json` prints it. Lines and columns count from 1, columns in characters. */
export interface FindingRecord {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  /** Of the first character behind it. */
  readonly endColumn: number;
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  /** `null` when there is none. */
  readonly hint: string | null;
}

export function toRecord({ file, diagnostic, source }: Finding): FindingRecord {
  const { code, severity, message, hint, span } = diagnostic;
  const start = positionOf(span.start, source);
  const end = positionOf(Math.max(span.start, span.end), source);
  return {
    file,
    ...start,
    endLine: end.line,
    endColumn: end.column,
    code,
    severity,
    message: fromBytes(message),
    hint: hint === undefined ? null : fromBytes(hint),
  };
}

function positionOf(offset: number, source: SourceText): { line: number; column: number } {
  const line = source.lineAt(offset);
  const { start } = source.lineSpan(line);
  return { line, column: fromBytes(source.text.slice(start, offset)).length + 1 };
}

/** By file, then by place. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => {
    if (a.file !== b.file) return a.file < b.file ? -1 : 1;
    return a.diagnostic.span.start - b.diagnostic.span.start;
  });
}
