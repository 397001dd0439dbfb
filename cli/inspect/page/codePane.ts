/** The JavaScript side of the page: the script, or the one that resumes. */
import type { PrintedScript } from "../../../compiler/index.ts";
import { fromBytes } from "../../bytes.ts";
import { html as markup, type Html, type HtmlPart } from "../../html.ts";
import { readMarkedLines, type EmittedLine } from "../emittedLines.ts";
import { javascriptTokens, type Token } from "../../codeTokens.ts";
import { MAX_INDENT, waitMark } from "./marks.ts";
import { visibleText } from "./visibleText.ts";

/**
 * @param id Begins the ids of the lines.
 * @param marked Marked code (`DescribedOutput`).
 */
export function codePane(id: string, marked: PrintedScript): Html[] {
  // Sites count the lines of marked code, marks included.
  const marks = new Map<number, Html>();
  const rows = rowNumbers(marked.code);
  for (const { emitted, pc, callee } of marked.sites) {
    const row = rows[emitted - 1];
    if (pc !== undefined && row !== undefined) marks.set(row, waitMark(callee, pc));
  }
  let functionIndex: number | undefined;
  return trimEnd(readMarkedLines(marked)).map((line, index) => {
    const isFirst = line.functionIndex !== functionIndex && line.functionIndex !== undefined;
    functionIndex = line.functionIndex;
    return row(line, {
      id: `${id}-${String(index + 1)}`,
      number: index + 1,
      isFirst,
      mark: marks.get(index + 1),
    });
  });
}

interface RowFacts {
  readonly id: string;
  readonly number: number;
  /** Whether a function begins here. */
  readonly isFirst: boolean;
  readonly mark: Html | undefined;
}

function row({ text, line, functionIndex }: EmittedLine, facts: RowFacts): Html {
  const { id, number, isFirst, mark } = facts;
  const indent = Math.min(text.search(/\S|$/), MAX_INDENT);
  const classes = ["line", ...(line === 0 ? ["idle"] : []), ...(isFirst ? ["first"] : [])];
  const content = boxedTokens(javascriptTokens(fromBytes(text)));
  const functionStart = isFirst ? markup` data-function="${functionIndex}"` : "";
  return markup`<div class="${classes.join(" ")} hang-${indent}" role="option" id="${id}" data-line="${line}"${functionStart}><span class="number">${number}</span>${mark}<span class="text">${content}</span></div>`;
}

/** Emitted code reads and writes boxes by `name.v`, and makes them by `{ v: value }`. */
function boxedTokens(tokens: readonly Token[]): HtmlPart[] {
  return tokens.map(({ kind, text }, index) => {
    const isBox = kind === "plain" && /^\w/.test(text) && isBoxAccess(tokens, index);
    const shown = visibleText(text);
    if (isBox) return markup`<i class="boxed">${shown}</i>`;
    return kind === "plain" ? shown : markup`<i class="${kind}">${shown}</i>`;
  });
}

function isBoxAccess(tokens: readonly Token[], index: number): boolean {
  const [dot, name] = [tokens[index + 1]?.text, tokens[index + 2]?.text];
  if (tokens[index]?.text === "fields") return false;
  return (dot === "." && name === "v") || (dot === " = { " && name === "v");
}

/** By line of marked code (from 0): the line (from 1) that it is without the marks. */
function rowNumbers(code: string): number[] {
  let count = 0;
  return code.split("\n").map((text) => (/^ *\/\/ @\d+$/.test(text) ? count : ++count));
}

function trimEnd(lines: readonly EmittedLine[]): readonly EmittedLine[] {
  return lines.at(-1)?.text === "" ? lines.slice(0, -1) : lines;
}
