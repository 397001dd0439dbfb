/** What is known of an error, with all that helps to mend it: for the terminal and the error page. */
import type { Failure } from "../../runtime/gateway/index.ts";
import { fromBytes } from "../bytes.ts";
import { withoutLoader } from "../loaderError.ts";
import { closest } from "../suggestion.ts";
import type { Mark } from "./codeFrame.ts";
import { hintFor } from "./hints.ts";
import type { ProjectFiles } from "./projectFiles.ts";
import { findSyntaxError } from "./syntaxError.ts";
import { parseTraceback, type TraceFrame } from "./traceback.ts";

export interface Problem {
  /** With the place in front, as Lua has it. */
  readonly message: string;
  readonly hint: string | undefined;
  /** Where it is; `undefined` when that is not known, or no file of the project. */
  readonly mark: Mark | undefined;
  readonly frames: readonly TraceFrame[];
}

/**
 * @param functionName In bytes; `undefined` when no function was called.
 */
export function explainFailure(
  failure: Failure,
  functionName: string | undefined,
  files: ProjectFiles,
): Problem {
  const frames = parseTraceback(failure.traceback);
  const told = explainText(fromBytes(failure.text), files);
  const { message } = told;
  if (told.mark !== undefined) return { ...told, frames };
  const { file, line } = failure;
  if (file !== undefined && line !== undefined) {
    return { ...told, mark: { file: fromBytes(file), line }, frames };
  }
  const name = functionName === undefined ? undefined : fromBytes(functionName);
  const isNoFunction = /^attempt to call a (\w+) value$/.exec(message);
  if (isNoFunction === null || name === undefined) return { ...told, frames };
  const hint = `${fileOf(name)} gives a ${isNoFunction[1] ?? ""}; it has to return a function: return function(args) ... end`;
  return { message, hint, mark: undefined, frames };
}

/** What can be said of an error by its text alone. */
export function explainText(text: string, files: ProjectFiles): Problem {
  const message = withoutLoader(innermostError(text)).trimEnd();
  const place = placeIn(message);
  const source = place === undefined ? undefined : files.read(place.file);
  const frames: readonly TraceFrame[] = [];
  if (place === undefined || source === undefined) {
    return { message, hint: adviceFor(message, files), mark: undefined, frames };
  }
  const syntax = message.includes("\n") ? undefined : findSyntaxError(source, place.file);
  return syntax?.message === message
    ? { message, hint: syntax.hint, mark: syntax.mark, frames }
    : { message, hint: adviceFor(message, files), mark: place, frames };
}

/** The file of a function, from the root. */
function fileOf(functionName: string): string {
  return `app/${functionName.replaceAll(".", "/")}.lua`;
}

/** `flow.call` raises the reply of the function that it called: {"error": ...}. */
function innermostError(text: string): string {
  let innermost = text;
  while (innermost.startsWith('{"error":')) {
    const error = errorIn(innermost);
    if (error === undefined) break;
    innermost = error;
  }
  return innermost;
}

function errorIn(json: string): string | undefined {
  try {
    const { error } = JSON.parse(json) as { error?: unknown };
    return typeof error === "string" ? error : undefined;
  } catch {
    return undefined;
  }
}

function placeIn(message: string): { file: string; line: number } | undefined {
  const [, file, line] = /^([^\n]+?\.lua):(\d+): /.exec(message) ?? [];
  return file === undefined ? undefined : { file, line: Number(line) };
}

function adviceFor(message: string, files: ProjectFiles): string | undefined {
  const [, missing] = /module '([^'\n]*)' not found:/.exec(message) ?? [];
  if (missing === undefined) return hintFor(message);
  const path = missing.replaceAll(".", "/");
  const similar = closest(path, files.moduleNames());
  return similar === undefined
    ? `there is neither app/${path}.lua nor lib/${path}.lua`
    : `did you mean '${similar}'?`;
}
