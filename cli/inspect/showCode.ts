/** What `spacer inspect` prints of a file's syntax tree, emitted code, sites and source map. */
import {
  parse,
  type Diagnostic,
  type FunctionDescription,
  type PrintedScript,
  type SourceText,
} from "../../compiler/index.ts";
import type { DialectName } from "../../runtime/index.ts";
import { fromBytes } from "../bytes.ts";
import { compileOptions } from "../compile.ts";
import type { Style } from "../style.ts";
import { compileError, type InspectedModule } from "./openModule.ts";
import { paintCode } from "./paintCode.ts";
import { readableCode } from "./readableCode.ts";

/** @throws UserError when the source has errors */
export function treeText(source: SourceText, dialect: DialectName): string {
  const diagnostics: Diagnostic[] = [];
  const chunk = parse(
    source,
    (diagnostic) => diagnostics.push(diagnostic),
    compileOptions(dialect),
  );
  if (chunk === undefined) throw compileError(source, diagnostics);
  return fromBytes(JSON.stringify(chunk, showNumber, 2));
}

/** JSON has no infinities, which `1e999` is. */
function showNumber(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

export interface CodeOptions {
  /** `undefined` for the whole script. */
  readonly shown: readonly FunctionDescription[] | undefined;
  readonly isResume: boolean;
  /** As it is loaded, without a comment more. */
  readonly isRaw: boolean;
  readonly style: Style;
}

export function codeText(module: InspectedModule, options: CodeOptions): string {
  const { shown, isResume, isRaw, style } = options;
  const { description, output, source } = module;
  if (isRaw) {
    const script = isResume ? output.resumeScript(true) : output;
    return fromBytes(linesOf(script, indexesOf(shown)).join("\n").trimEnd());
  }
  const marked = isResume ? description.markedResume() : description.marked();
  const lines = readableCode(marked, {
    source,
    functions: description.functions,
    shown: indexesOf(shown),
  });
  return paintCode(lines.join("\n"), style);
}

/** A JSON array with a site or function on each line. */
export function sitesText(
  { output }: InspectedModule,
  { shown, isResume }: Pick<CodeOptions, "shown" | "isResume">,
): string {
  const script = isResume ? output.resumeScript(true) : output;
  const indexes = indexesOf(shown);
  const functions = script.functions.filter(({ index }) => indexes?.has(index) ?? true);
  const sites = script.sites.filter(({ emitted }) =>
    functions.some(
      ({ firstEmitted, lastEmitted }) => firstEmitted <= emitted && emitted <= lastEmitted,
    ),
  );
  const rows = [...sites, ...functions].map((row) => JSON.stringify(row));
  return fromBytes(`[\n${rows.join(",\n")}\n]`);
}

function linesOf(
  { code, functions }: PrintedScript,
  indexes: ReadonlySet<number> | undefined,
): string[] {
  const lines = code.split("\n");
  if (indexes === undefined) return lines;
  return functions
    .filter(({ index }) => indexes.has(index))
    .flatMap(({ firstEmitted, lastEmitted }) => lines.slice(firstEmitted - 1, lastEmitted));
}

function indexesOf(
  shown: readonly FunctionDescription[] | undefined,
): ReadonlySet<number> | undefined {
  return shown === undefined ? undefined : new Set(shown.map(({ index }) => index));
}
