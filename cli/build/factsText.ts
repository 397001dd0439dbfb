/** Writes what is known of emitted lines (cli/bundled/facts.ts). */
import type { PrintedScript, PrintedSite } from "../../compiler/index.ts";
import { SITE } from "../bundled/facts.ts";
import { NumberWriter } from "./numberWriter.ts";

/** One for all texts: making an array for each took as long as writing to it. */
const NUMBERS = new NumberWriter();

type Lines = Pick<PrintedScript, "forEachSite" | "functions">;

/** @param scripts That of the chunk, and its resume script, if it is in the bundle. */
export function factsText(scripts: readonly Lines[]): string {
  const texts = new TextTable();
  const tables = scripts.map((lines) => tableText(lines, texts, NUMBERS));
  return JSON.stringify([texts.values, ...tables]);
}

function tableText(lines: Lines, texts: TextTable, numbers: NumberWriter): string {
  const { functions } = lines;
  numbers.begin();
  numbers.write(functions.length);
  for (const { index, firstEmitted, lastEmitted, firstLine, lastLine, offset } of functions) {
    numbers.write(index);
    numbers.write(firstEmitted);
    numbers.write(lastEmitted);
    numbers.write(firstLine);
    numbers.write(lastLine);
    numbers.write(offset);
  }
  let emittedBefore = 0;
  let lineBefore = 0;
  let offsetBefore = 0;
  lines.forEachSite(
    ({ line, offset, operands, callee, argumentCount, isTail, temporaries }, emitted, pc) => {
      numbers.write(
        (operands === undefined ? 0 : SITE.operands) |
          (callee === undefined ? 0 : SITE.callee) |
          (argumentCount === undefined ? 0 : SITE.argumentCount) |
          (isTail === undefined ? 0 : SITE.isTail) |
          (temporaries === undefined ? 0 : SITE.temporaries) |
          (pc === 0 ? 0 : SITE.pc),
      );
      numbers.write(emitted - emittedBefore);
      numbers.write(line - lineBefore);
      numbers.write(offset - offsetBefore);
      if (operands !== undefined) numbers.write(texts.indexOfNames(operands));
      if (callee !== undefined) numbers.write(texts.indexOfText(callee));
      if (argumentCount !== undefined) numbers.write(argumentCount);
      if (temporaries !== undefined) numbers.write(texts.indexOfTemporaries(temporaries));
      if (pc !== 0) numbers.write(pc);
      emittedBefore = emitted;
      lineBefore = line;
      offsetBefore = offset;
    },
  );
  return numbers.text();
}

/** Each value once, in the order of its first use. There are some for each line of a program. */
class TextTable {
  readonly values: unknown[] = [];
  private readonly texts = new Map<string, number>();
  /** Lists of one name, by that. */
  private readonly single = new Map<string, number>();
  /** Lists of two, by the first and then by the second one: most of all, and cheaper than a text of both. */
  private readonly pairs = new Map<string, Map<string, number>>();
  /** Longer ones, and lists of temporaries, by a text that no other list of the kind has. */
  private readonly lists = new Map<string, number>();

  indexOfText(text: string): number {
    return this.texts.get(text) ?? this.add(text, text, this.texts);
  }

  indexOfNames(names: readonly string[]): number {
    const [first = "", second = ""] = names;
    if (names.length === 1) return this.single.get(first) ?? this.add(names, first, this.single);
    if (names.length === 2) {
      const withFirst = this.withFirst(first);
      return withFirst.get(second) ?? this.add(names, second, withFirst);
    }
    const key = JSON.stringify(names);
    return this.lists.get(key) ?? this.add(names, key, this.lists);
  }

  private withFirst(first: string): Map<string, number> {
    let known = this.pairs.get(first);
    if (known === undefined) this.pairs.set(first, (known = new Map<string, number>()));
    return known;
  }

  indexOfTemporaries(temporaries: Exclude<PrintedSite["temporaries"], undefined>): number {
    const key = JSON.stringify(temporaries);
    return this.lists.get(key) ?? this.add(temporaries, key, this.lists);
  }

  private add(value: unknown, key: string, known: Map<string, number>): number {
    const index = this.values.push(value) - 1;
    known.set(key, index);
    return index;
  }
}
