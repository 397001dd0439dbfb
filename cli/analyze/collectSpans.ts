/**
 * Reads the spans of all traces in which a function was called. The log is read twice: spans are written when they end, so a
 * trace has begun long before the line that names the function.
 */
import { parseLine } from "../accessLog/parseLine.ts";
import type { OpenFile } from "./readLines.ts";
import { readLines } from "./readLines.ts";
import { SpanTable } from "./spanTable.ts";

export interface CollectedSpans {
  readonly table: SpanTable;
  /** By number. */
  readonly traceIds: readonly string[];
  readonly lineCount: number;
  /** Of them, those that are no lines of the log. */
  readonly malformedCount: number;
  /** "logs/access.log:17"; `undefined` when there is none. */
  readonly firstMalformed: string | undefined;
  /** What was called in the whole log, not more than `MAX_NAMES`. */
  readonly names: ReadonlySet<string>;
}

/** Are remembered for suggestions. */
const MAX_NAMES = 10_000;

/**
 * @param functionName As it stands in the log.
 * @param advanced Is told of bytes that were read; each file is read twice when the function is in it.
 */
export function collectSpans(
  files: readonly OpenFile[],
  functionName: string,
  advanced: (bytes: number) => void,
): CollectedSpans {
  const numbers = new Map<string, number>();
  const names = new Set<string>();
  let lineCount = 0;
  let malformedCount = 0;
  let firstMalformed: string | undefined;
  for (const file of files) {
    let lineNumber = 0;
    const take = (line: string): void => {
      lineNumber++;
      if (line === "") return;
      const span = parseLine(line);
      if (span === undefined) {
        malformedCount++;
        firstMalformed ??= `${file.name}:${String(lineNumber)}`;
        return;
      }
      if (names.size < MAX_NAMES && !names.has(span.name)) names.add(copyOf(span.name));
      if (span.name === functionName && !numbers.has(span.traceId)) {
        numbers.set(copyOf(span.traceId), numbers.size);
      }
    };
    readLines(file, take, advanced);
    lineCount += lineNumber;
  }
  const table = new SpanTable();
  const takeTraced = (line: string): void => {
    const span = parseLine(line);
    const trace = span === undefined ? undefined : numbers.get(span.traceId);
    if (span !== undefined && trace !== undefined) table.add({ ...span, trace });
  };
  if (numbers.size > 0) for (const file of files) readLines(file, takeTraced, advanced);
  const traceIds = [...numbers.keys()];
  return { table, traceIds, lineCount, malformedCount, firstMalformed, names };
}

/** A part of a line keeps the whole line in memory; this keeps one more character. */
function copyOf(part: string): string {
  return ` ${part}`.slice(1);
}
