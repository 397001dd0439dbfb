/** Writes what is known of emitted lines (cli/bundled/facts.ts). */
import type { CompiledScript, Site } from "../../runtime/host.ts";
import { SITE } from "../bundled/facts.ts";
import { numberText } from "../bundled/numbers.ts";

type Lines = Pick<CompiledScript, "sites" | "functions">;

export function factsText(chunk: Lines, resume: Lines): string {
  const texts = new TextTable();
  const tables = [chunk, resume].map((lines) => tableText(lines, texts));
  return JSON.stringify([texts.values, ...tables]);
}

function tableText({ functions, sites }: Lines, texts: TextTable): string {
  const parts = [numberText(functions.length)];
  for (const { index, firstEmitted, lastEmitted, firstLine, lastLine, offset } of functions) {
    for (const number of [index, firstEmitted, lastEmitted, firstLine, lastLine, offset]) {
      parts.push(numberText(number));
    }
  }
  let before = { emitted: 0, line: 0, offset: 0 };
  for (const site of sites) {
    parts.push(
      numberText(flagsOf(site)),
      numberText(site.emitted - before.emitted),
      numberText(site.line - before.line),
      numberText(site.offset - before.offset),
    );
    const { operands, callee, argumentCount, temporaries, pc } = site;
    if (operands !== undefined) parts.push(numberText(texts.indexOf(operands)));
    if (callee !== undefined) parts.push(numberText(texts.indexOf(callee)));
    if (argumentCount !== undefined) parts.push(numberText(argumentCount));
    if (temporaries !== undefined) parts.push(numberText(texts.indexOf(temporaries)));
    if (pc !== undefined) parts.push(numberText(pc));
    before = site;
  }
  return parts.join("");
}

function flagsOf({ operands, callee, argumentCount, isTail, temporaries, pc }: Site): number {
  return (
    (operands === undefined ? 0 : SITE.operands) |
    (callee === undefined ? 0 : SITE.callee) |
    (argumentCount === undefined ? 0 : SITE.argumentCount) |
    (isTail === undefined ? 0 : SITE.isTail) |
    (temporaries === undefined ? 0 : SITE.temporaries) |
    (pc === undefined ? 0 : SITE.pc)
  );
}

/** Each value once, in the order of its first use. */
class TextTable {
  readonly values: unknown[] = [];
  private readonly indexes = new Map<string, number>();

  indexOf(value: unknown): number {
    const key = JSON.stringify(value);
    const known = this.indexes.get(key);
    if (known !== undefined) return known;
    const index = this.values.push(value) - 1;
    this.indexes.set(key, index);
    return index;
  }
}
