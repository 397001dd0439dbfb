/** `spacer analyze`: from the access log to a page, or to JSON. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { accessWord } from "../accessLog/accessLine.ts";
import { unescapeField } from "../accessLog/parseLine.ts";
import { toBytes } from "../bytes.ts";
import type { CommandContext } from "../command.ts";
import { systemErrorText, UserError } from "../errors.ts";
import { printable } from "../printable.ts";
import { createProgress } from "../progress.ts";
import { suggest } from "../suggestion.ts";
import { writeSlowly } from "../writing.ts";
import { analyze, type Analysis } from "./analysis.ts";
import { collectSpans, type CollectedSpans } from "./collectSpans.ts";
import { durationText } from "./durationText.ts";
import { openLogs } from "./openLogs.ts";
import { renderPage } from "./page/renderPage.ts";
import { closeFile, type OpenFile } from "./readLines.ts";

export interface AnalyzeRequest {
  /** Absolute path of the project. */
  readonly root: string;
  readonly functionName: string;
  /** Instead of the project's own. */
  readonly logs: readonly string[];
  /** Where the page goes; in `temp/` when left out. */
  readonly output: string | undefined;
  readonly isJson: boolean;
}

/** @throws UserError when there is no log, or nothing of the function in it */
export async function analyzeFunction(
  { root, functionName, logs, output, isJson }: AnalyzeRequest,
  context: CommandContext,
): Promise<void> {
  const { cwd, stdout, stderr } = context;
  const files = openLogs({ root, cwd, paths: logs });
  const name = accessWord(toBytes(functionName));
  const collected = collect(files, name, context);
  const { malformedCount, lineCount, firstMalformed = "" } = collected;
  if (malformedCount > 0) {
    stderr.write(
      `spacer: ${String(malformedCount)} of ${String(lineCount)} lines are none of an access log; the first is ${firstMalformed}\n`,
    );
  }
  if (collected.traceIds.length === 0) throw unknownFunction(functionName, collected);
  const analysis = analyze(collected, name);
  if (analysis.callCount === 0) {
    throw new UserError(`the spans of '${functionName}' in the log name one another as parents`);
  }
  if (isJson) {
    await writeSlowly(stdout, `${JSON.stringify(analysis)}\n`);
    return;
  }
  const path = resolve(cwd, output ?? join(root, DEFAULT_PAGE));
  const shown = output ?? (relative(cwd, path) || path);
  writePage(path, shown, renderPage(analysis));
  stdout.write(summary(analysis, shown));
}

/** From the root of the project. */
const DEFAULT_PAGE = "temp/flamegraph.html";

function collect(
  files: readonly OpenFile[],
  name: string,
  { stderr }: CommandContext,
): CollectedSpans {
  const progress = createProgress(stderr);
  // Each is read twice.
  const wholeBytes = 2 * files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let readBytes = 0;
  try {
    return collectSpans(files, name, (bytes) => {
      readBytes += bytes;
      progress.update(progressText(readBytes, wholeBytes));
    });
  } finally {
    progress.clear();
    for (const file of files) closeFile(file);
  }
}

const BAR_LENGTH = 30;

/** "reading [#####     ]  50 % of 120 MB" */
function progressText(readBytes: number, wholeBytes: number): string {
  const part = readBytes / wholeBytes;
  const bar = "#".repeat(Math.round(part * BAR_LENGTH)).padEnd(BAR_LENGTH);
  const percent = String(Math.floor(part * 100)).padStart(3);
  return `reading [${bar}] ${percent} % of ${(wholeBytes / 2e6).toFixed(0)} MB`;
}

function unknownFunction(name: string, { names, lineCount }: CollectedSpans): UserError {
  const called = [...names].filter((each) => each !== "-").map(unescapeField);
  if (lineCount === 0 || called.length === 0) {
    return new UserError("nothing was called yet: the log is empty", "call the function first");
  }
  return new UserError(
    `the log has no call of '${name}'`,
    printable(suggest(name, called.slice(0, MAX_SUGGESTED), "it has")),
  );
}

/** Names in a hint. */
const MAX_SUGGESTED = 20;

function writePage(path: string, shown: string, page: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, page);
  } catch (error) {
    throw new UserError(`can't write ${shown}: ${systemErrorText(error)}`);
  }
}

function summary({ functionName, callCount, spanCount, tree }: Analysis, page: string): string {
  const { p50Ms, p90Ms, p99Ms, errorCount } = tree;
  const failed = errorCount === 0 ? "" : `, ${String(errorCount)} failed`;
  return (
    `${printable(functionName)}: ${counted(callCount, "call")}${failed}, ${counted(spanCount, "span")}; ` +
    `p50 ${durationText(p50Ms)}, p90 ${durationText(p90Ms)}, p99 ${durationText(p99Ms)}\nwrote ${page}\n`
  );
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? "" : "s"}`;
}
