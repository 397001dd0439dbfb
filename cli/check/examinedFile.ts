/** A Lua file with what it tells about itself, as the rules that look at several files take it. */
import {
  createDiagnostic,
  examine,
  SourceText,
  type DetailsOf,
  type DiagnosticCode,
  type Diagnostic,
  type ExamineOptions,
  type FileFacts,
  type NamedPlace,
} from "../../compiler/index.ts";
import { toBytes } from "../bytes.ts";
import type { Finding } from "./finding.ts";

export interface ExaminedFile {
  /** As it is shown. */
  readonly path: string;
  readonly source: SourceText;
  readonly facts: FileFacts;
}

/** @param text The content, in bytes. */
export function examineFile(path: string, text: string, options: ExamineOptions): ExaminedFile {
  const source = sourceOf(path, text);
  return { path, source, facts: examine(source, options) };
}

export function sourceOf(path: string, text: string): SourceText {
  return new SourceText(text, `@${toBytes(path)}`, toBytes(path));
}

/** A finding at a place in a file. */
export function findingAt<Code extends DiagnosticCode>(
  { path, source }: Pick<ExaminedFile, "path" | "source">,
  code: Code,
  details: DetailsOf<Code>,
  { span }: Pick<NamedPlace, "span">,
): Finding {
  const diagnostic = createDiagnostic(code, details, span, source.lineAt(span.start));
  return { file: path, diagnostic, source };
}

/** Whether it can't be compiled, so that little is known of it. */
export function isBroken({ facts }: ExaminedFile): boolean {
  return facts.diagnostics.some(({ severity }) => severity === "error");
}

export function findingOf({ path, source }: ExaminedFile, diagnostic: Diagnostic): Finding {
  return { file: path, diagnostic, source };
}
