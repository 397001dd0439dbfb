/** The lines of emitted code, each with the Lua line it stems from. */
import type { PrintedFunction, PrintedScript } from "../../compiler/index.ts";

export interface EmittedLine {
  readonly text: string;
  /** Of the Lua source, from 1; 0 for what stems from no line, as the head of the script. */
  readonly line: number;
  /** Whether it stems from a statement, and not from a function as such. */
  readonly isStatement: boolean;
  /** Of the function it is in (`PrintedFunction.index`); `undefined` outside of functions. */
  readonly functionIndex: number | undefined;
}

/** Holds for what follows and is indented at least as far. */
interface Mark {
  readonly indent: number;
  readonly line: number;
}

const MARK = /^( *)\/\/ @(\d+)$/;

/**
 * Reads marked code (`DescribedOutput.marked`); the marks themselves are no lines. So the lines are those
 * of the code as it is loaded, in the same order.
 */
export function readMarkedLines({ code, functions, sites }: PrintedScript): EmittedLine[] {
  const lines: EmittedLine[] = [];
  const sited = new Map(sites.map((site) => [site.emitted, site.line]));
  const rangeAt = rangeFinder(functions);
  let marks: readonly Mark[] = [];
  code.split("\n").forEach((text, index) => {
    const range = rangeAt(index + 1);
    if (range?.firstEmitted === index + 1) marks = [];
    const [, space = "", line] = MARK.exec(text) ?? [];
    if (line !== undefined) {
      const outer = marks.filter((mark) => mark.indent < space.length);
      marks = [...outer, { indent: space.length, line: Number(line) }];
      return;
    }
    const indent = text.search(/\S|$/);
    marks = marks.filter((mark) => mark.indent <= indent);
    const mark = marks.at(-1);
    lines.push({
      text,
      // Of a statement over several lines, a site knows better.
      line: sited.get(index + 1) ?? mark?.line ?? range?.firstLine ?? 0,
      isStatement: mark !== undefined,
      functionIndex: range?.index,
    });
  });
  return lines;
}

/** @returns Finds the function at an emitted line; lines must be asked for in order. */
function rangeFinder(functions: readonly PrintedFunction[]) {
  const left = [...functions];
  return (emitted: number): PrintedFunction | undefined => {
    while (left[0] !== undefined && left[0].lastEmitted < emitted) left.shift();
    const [next] = left;
    return next !== undefined && next.firstEmitted <= emitted ? next : undefined;
  };
}
