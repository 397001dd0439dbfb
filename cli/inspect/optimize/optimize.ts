/** `spacer inspect --opt`: what V8 makes of the functions of a file once they are hot. */
import type { FunctionDescription } from "../../../compiler/index.ts";
import type { DialectName } from "../../../runtime/index.ts";
import type { CommandContext } from "../../command.ts";
import { chunkText, compileOptions, compileText } from "../../compile.ts";
import { UserError } from "../../errors.ts";
import { createProgress } from "../../progress.ts";
import type { InspectedModule } from "../openModule.ts";
import { describeFile } from "./hotModule.ts";
import type { HotRunEnd } from "./hotRun.ts";
import type { VerdictSources } from "./luaPlaces.ts";
import { tracedRun, type TracedRunOptions } from "./tracedRun.ts";
import {
  findOtherVerdicts,
  findVerdicts,
  type FunctionVerdict,
  type OtherVerdict,
} from "./verdicts.ts";

export interface OptimizationReport {
  readonly file: string;
  readonly node: string;
  /** "11.3.244"; `undefined` when it is not known. */
  readonly v8: string | undefined;
  readonly calls: number;
  readonly elapsedMs: number;
  readonly end: HotRunEnd;
  readonly functions: readonly FunctionVerdict[];
  /** Deoptimized functions of the runtime and of other files. */
  readonly others: readonly OtherVerdict[];
  /** What could not be determined. */
  readonly unknown: readonly string[];
}

interface OptimizeOptions extends Pick<TracedRunOptions, "words" | "seconds"> {
  readonly dialect: DialectName;
}

/**
 * @returns `undefined` when it was interrupted.
 * @throws UserError when nothing could be run; an error when that was a bug of ours
 */
export async function optimize(
  module: InspectedModule,
  shown: readonly FunctionDescription[],
  options: OptimizeOptions,
  context: CommandContext,
): Promise<OptimizationReport | undefined> {
  const progress = createProgress(context.stderr);
  const run = await tracedRun(
    {
      words: options.words,
      seconds: options.seconds,
      onProgress: (calls) => {
        progress.update(`${String(calls)} calls`);
      },
    },
    context,
  );
  progress.clear();
  if (context.signal.aborted) return undefined;
  const { report, history } = run;
  if (report === undefined) throw noReport(run.errorText);
  const { end, calls, elapsedMs } = report;
  if (end.kind === "uncallable") throw uncallable(module);
  const sources = sourcesOf(module, options.dialect, context.cwd);
  const functions = findVerdicts(history, sources);
  const indexes = new Set(shown.map(({ index }) => index));
  return {
    file: module.file,
    node: process.versions.node,
    v8: history.v8Version,
    calls,
    elapsedMs: Math.round(elapsedMs),
    end,
    functions: functions.filter((_, index) => indexes.has(index)),
    others: findOtherVerdicts(history, sources),
    unknown: unknownOf(functions, history.hasInlining),
  };
}

/** V8 counts the characters of what has run: code names its file, which may be called otherwise there. */
function sourcesOf(
  { file, source, description }: InspectedModule,
  dialect: DialectName,
  cwd: string,
): VerdictSources {
  const { chunkPath } = describeFile(file, cwd);
  const code = compileText(chunkText(source.text, `@${chunkPath}`), compileOptions(dialect));
  const { functions } = description;
  return { functions, code, resume: code.resumeScript(), scriptPath: chunkPath };
}

/** What the other process says is an error of this command as well. */
function noReport(errorText: string): Error {
  const text = errorText.trim();
  const [bug, problem] = /^spacer: internal error: (.*?) \(this is a bug.*/ms.exec(text) ?? [];
  if (bug !== undefined) {
    const error = new Error(problem);
    error.stack = bug;
    return error;
  }
  const [, message = text, hint] = /(?:^|\n)spacer: (.*?)(?:\n {2}hint: (.*))?$/s.exec(text) ?? [];
  return message === ""
    ? new UserError("the traced process did not end, and was ended", "it may wait outside of Lua")
    : new UserError(message, hint);
}

function uncallable({ file, description }: InspectedModule): UserError {
  const names = description.functions.map(({ name }) => name);
  const member = names.find((name) => /^[^.:]+[.:][^.:]+$/.test(name)) ?? "M.name";
  const example = member.replace(/^[^.:]+/, "M");
  return new UserError(
    `${file} returns nothing that can be called by itself`,
    `say what to call, where M is what the file returns: --call '${example}(...)'`,
  );
}

function unknownOf(functions: readonly FunctionVerdict[], hasInlining: boolean): string[] {
  if (functions.every(({ tier }) => tier === undefined)) {
    return [
      "V8 left no record of any function of the file, so all that is said of them here is unsure",
    ];
  }
  return hasInlining ? [] : ["this version of V8 does not tell what it inlines"];
}

/** The exit code that a report deserves. */
export function exitCodeOf(report: OptimizationReport): number {
  return report.end.kind === "error" ? 1 : 0;
}
