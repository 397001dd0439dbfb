/** Tracebacks, taken apart again. */
import { fromBytes } from "../bytes.ts";

export interface TraceFrame {
  /** "in function 'total'", "in main chunk" */
  readonly what: string;
  /** Where it was; `undefined` for what is no Lua code. */
  readonly place: { readonly file: string; readonly line: number } | undefined;
}

/** @param traceback In bytes: "stack traceback:", and then a line for each frame. */
export function parseTraceback(traceback: string | undefined): readonly TraceFrame[] {
  if (traceback === undefined) return [];
  return fromBytes(traceback)
    .split("\n")
    .filter((line) => line.startsWith("\t"))
    .map((line) => parseFrame(line.slice(1)));
}

function parseFrame(text: string): TraceFrame {
  const [, file, line, what] = /^(.+?):(\d+): (in .*)$/s.exec(text) ?? [];
  if (file === undefined || line === undefined || what === undefined) {
    return { what: text.replace(/^\[C\]: /, ""), place: undefined };
  }
  return { what, place: { file, line: Number(line) } };
}
