/**
 * The source text of single functions, for `string.dump`. A function's text is a chunk of its own that
 * gives back the function, with its lines where they were:
 *
 *     local count, step return function(by) ... end
 *
 * Its upvalues are declared in front, in the order in which the function uses them first, which is
 * Lua's; they are nil, as those of any function that `load` makes of a dump.
 */
import type { Chunk, Expression, FunctionExpression, Statement } from "./ast.ts";
import { parse, type ParseOptions } from "./1-parse/index.ts";
import { analyze, type Analysis } from "./2-analyze/index.ts";
import type { SourceText } from "./source.ts";
import { forEachChild } from "./visit.ts";

export interface FunctionText {
  /** Behind the word `function`: parameters, body and `end`. A method's `self` is a parameter. */
  readonly text: string;
  /** Line (from 1) of the word `function`. */
  readonly firstLine: number;
  /** Line (from 1) on which `text` begins. */
  readonly textLine: number;
  /** Names of the upvalues, in order. */
  readonly upvalues: readonly string[];
}

/**
 * The text of a function.
 *
 * @param source Compiled before, without errors.
 * @param offset Of the function in it, as in `PrintedFunction.offset`.
 * @returns `undefined` where no function is.
 */
export function functionText(
  source: SourceText,
  options: ParseOptions,
  offset: number,
): FunctionText | undefined {
  const chunk = parse(source, () => undefined, options);
  if (chunk === undefined) return undefined;
  const node = findFunction(chunk.main, offset);
  if (node === undefined) return undefined;
  const { start, end } = node.span;
  const parenthesis = start + headLength(source.text.slice(start, end));
  return {
    text: parametersAndBody(node, source.text.slice(parenthesis, end)),
    firstLine: node.firstLine,
    textLine: source.lineAt(parenthesis),
    upvalues: upvaluesOf(node, analyze(chunk)),
  };
}

/** Whether a chunk does nothing but give back a function. */
export function isFunctionChunk({ main }: Chunk): boolean {
  const { statements } = main.body;
  const last = statements.at(-1);
  if (last?.type !== "ReturnStatement" || last.values.length !== 1) return false;
  if (last.values[0]?.type !== "FunctionExpression") return false;
  const first = statements[0];
  return (
    statements.length === 1 ||
    (statements.length === 2 && first?.type === "LocalStatement" && first.values.length === 0)
  );
}

function findFunction(main: FunctionExpression, offset: number): FunctionExpression | undefined {
  let found: FunctionExpression | undefined;
  const visit = (node: Statement | Expression): void => {
    if (found !== undefined) return;
    if (node.type === "FunctionExpression" && node.span.start === offset) found = node;
    else forEachChild(node, visit);
  };
  forEachChild(main, visit);
  return found;
}

/** What stands before the parameters: words, the name's dots and colon, blanks, comments. */
const HEAD = /^(?:[\w.:\x80-\xff\s]|--\[(=*)\[[^]*?\]\1\]|--(?!\[=*\[)[^\n\r]*)*/;

function headLength(text: string): number {
  return HEAD.exec(text)?.[0].length ?? 0;
}

function parametersAndBody(
  { name, parameters, isVararg }: FunctionExpression,
  text: string,
): string {
  if (name?.includes(":") !== true) return text;
  const hasMore = parameters.length > 1 || isVararg;
  return `(self${hasMore ? "," : ""}${text.slice(1)}`;
}

/** Names of the variables that a function uses of those around it, in order of first use. */
function upvaluesOf(node: FunctionExpression, analysis: Analysis): string[] {
  const within = new Set([node]);
  const names = new Set<string>();
  const visit = (child: Statement | Expression): void => {
    if (child.type === "FunctionExpression") within.add(child);
    if (child.type === "Identifier") {
      const variable = analysis.resolved.get(child);
      if (variable !== undefined && !within.has(variable.owner)) names.add(variable.name);
    }
    forEachChild(child, visit);
  };
  forEachChild(node, visit);
  return [...names];
}
