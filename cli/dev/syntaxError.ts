/** What the compiler finds wrong with a file. */
import { compile, luaMessage, SourceText } from "../../compiler/index.ts";
import { fromBytes, toBytes } from "../bytes.ts";
import { compileOptions } from "../compile.ts";
import { PROJECT_DIALECT } from "../searchPath.ts";
import type { Mark } from "./codeFrame.ts";

export interface SyntaxProblem {
  /** "app/x.lua:3: '=' expected near 'y'" */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string | undefined;
  /** `undefined` when the file as a whole is meant. */
  readonly mark: Mark | undefined;
}

/**
 * The first syntax error of a file; `undefined` when there is none.
 *
 * @param bytes Of the file.
 * @param file From the root of the project.
 */
export function findSyntaxError(bytes: string, file: string): SyntaxProblem | undefined {
  const name = toBytes(file);
  const source = new SourceText(bytes, `@${name}`, name);
  const { diagnostics } = compile(source, compileOptions(PROJECT_DIALECT));
  const error = diagnostics.find(({ severity }) => severity === "error");
  if (error === undefined) return undefined;
  const { hint, line, span } = error;
  return {
    message: fromBytes(luaMessage(error, source)),
    hint: hint === undefined ? undefined : fromBytes(hint),
    mark: line === 0 ? undefined : { file, ...markOf(source, line, span) },
  };
}

/** The message may name another line than the one on which the faulty part begins. */
function markOf(source: SourceText, line: number, span: { start: number; end: number }) {
  const start = Math.min(span.start, source.text.length);
  const startLine = source.lineAt(start);
  const lineSpan = source.lineSpan(startLine);
  if (lineSpan.start === lineSpan.end) return { line };
  const column = Math.min(start, lineSpan.end) - lineSpan.start;
  const sizeBytes = Math.min(span.end, lineSpan.end) - start;
  return { line: startLine, span: { column, sizeBytes } };
}
