/** An error as the terminal shows it: message, code frame, hint, traceback. */
import type { Failure } from "../../runtime/gateway/index.ts";
import { fromBytes } from "../bytes.ts";
import { printable } from "../printable.ts";
import { hiddenPlace } from "../requestLine.ts";
import type { Style } from "../style.ts";
import { codeFrame, formatFrame } from "./codeFrame.ts";
import { explainFailure, explainText, type Problem } from "./problem.ts";
import type { ProjectFiles } from "./projectFiles.ts";
import type { Repeats } from "./repeats.ts";

/** How many lines are shown before and after the one that is meant. */
const REACH = 2;

export interface ProblemOptions {
  readonly files: ProjectFiles;
  readonly style: Style;
  readonly repeats: Repeats;
}

/** Why a function failed: lines below that of its request. */
export function describeFailure(
  failure: Failure,
  functionName: string | undefined,
  { files, style, repeats }: ProblemOptions,
): string {
  const problem = explainFailure(failure, functionName, files);
  const count = repeats.note(problem.message);
  if (count > 1) return indent([again(problem, count, style)]);
  const place = hiddenPlace({ ...failure, text: problem.message });
  // Of builtins alone there is nothing to see.
  const isTelling = problem.frames.some((frame) => frame.place !== undefined);
  const traceback = isTelling ? (failure.traceback ?? "").split("\n") : [];
  return indent([
    ...describeProblem({ ...problem, message: `${problem.message}${place}` }, files, style),
    ...traceback.map((line) => style.dim(harmless(fromBytes(line)))),
  ]);
}

/** Why a function failed of which no more is known: lines below that of its event. */
export function describeError(text: string, { files, style, repeats }: ProblemOptions): string {
  const problem = explainText(text, files);
  const count = repeats.note(problem.message);
  return indent(
    count > 1 ? [again(problem, count, style)] : describeProblem(problem, files, style),
  );
}

/**
 * A file that is broken.
 *
 * @param hint In place of what can be said of the message by itself.
 */
export function describeBroken(
  message: string,
  hint: string | undefined,
  { files, style, repeats }: ProblemOptions,
): string {
  const found = explainText(message, files);
  const problem = hint === undefined ? found : { ...found, hint };
  if (!repeats.knows(problem.message)) repeats.forget();
  const count = repeats.note(problem.message);
  const lines = count > 1 ? [again(problem, count, style)] : describeProblem(problem, files, style);
  return lines.map((line) => `${line}\n`).join("");
}

function describeProblem(
  { message, hint, mark }: Problem,
  files: ProjectFiles,
  style: Style,
): string[] {
  const [first = "", ...rest] = message.split("\n").map(harmless);
  const bytes = mark === undefined ? undefined : files.read(mark.file);
  const frame =
    mark === undefined || bytes === undefined ? undefined : codeFrame(bytes, mark, REACH);
  return [
    style.red(first),
    ...rest,
    ...(frame === undefined ? [] : formatFrame(frame, style)),
    ...(hint === undefined ? [] : [`  hint: ${harmless(hint)}`]),
  ];
}

function again({ message }: Problem, count: number, style: Style): string {
  const first = harmless(message.replace(/\n.*/s, ""));
  return `${style.red(first)} ${style.dim(`again (${String(count)} times)`)}`;
}

/** A line without control characters, which could do anything to a terminal; tabs stay. */
function harmless(line: string): string {
  return line.split("\t").map(printable).join("\t");
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `    ${line}\n`).join("");
}
