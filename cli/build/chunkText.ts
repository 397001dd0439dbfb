/**
 * A Lua file as the text that a bundle has of it: an object as `BundledChunk` says, whose functions are what the compiler
 * emitted. Its free names are `$rt`, the helpers, and `$facts`, which reads what is known of lines.
 *
 * Emitted lines stay whole: the place of a script in the text is all it takes to find them again. Where the text is made smaller
 * the table of places is made from the source map of that.
 */
import type { PrintedScript } from "../../compiler/index.ts";
import type { CompiledChunk } from "../../runtime/host.ts";
import { helpersOf, withoutStrict } from "./emittedCode.ts";
import { CHUNK_SCRIPT, NO_SCRIPT, RESUME_SCRIPT, type PositionRow } from "../bundled/positions.ts";
import { factsText } from "./factsText.ts";
import { rowsText } from "./positionTable.ts";

/** Texts are bytes: between processes, in the cache and in the bundle nobody looks into them, and bytes need no collector. */
export interface ChunkText {
  /** An expression in UTF-8, without a line break at its end. */
  readonly bytes: Buffer;
  /** How many line breaks are in it. */
  readonly lineBreaks: number;
  /** Where its emitted lines are (`rowsText`). */
  readonly rows: string;
  /** What is known of emitted lines, as it is in the text (factsText.ts); in UTF-8. */
  readonly facts: Buffer;
  /** Names of the functions of `runtime/helpers` that it uses. */
  readonly helpers: readonly string[];
}

/** What is written of a chunk. */
export type WrittenChunk = Pick<
  CompiledChunk,
  "usesEnvironments" | "isAccessible" | "demands" | "requires"
> &
  WrittenScript;

export type WrittenScript = Pick<
  PrintedScript,
  "code" | "lineBreaks" | "functions" | "forEachSite"
>;

/** What a chunk is resumed by: a script, or bytes of Lua that the compiler of the bundle makes it of. */
export type WrittenResume = WrittenScript | { readonly luaSource: string };

/** @param chunkName As `load` gets it: bytes. */
export function chunkText(
  chunkName: string,
  chunk: WrittenChunk,
  resume: WrittenResume,
): ChunkText {
  const { usesEnvironments, isAccessible, demands, requires } = chunk;
  const facts = {
    chunkName,
    usesEnvironments,
    isAccessible,
    ...(demands === undefined ? {} : { demands }),
    ...(requires === undefined ? {} : { requires: requires.map(({ name }) => ({ name })) }),
  };
  const lines = new LineWriter();
  lines.write(`{${JSON.stringify(facts).slice(1, -1)},\nfactory($0,$script,$env){\n`, 2);
  const chunkLine = lines.count;
  lines.writeScript(chunk);
  const chunkEnd = lines.count;
  const rows: PositionRow[] = [
    { line: chunkLine, column: 1, script: CHUNK_SCRIPT, emitted: 1 },
    { line: chunkEnd, column: 1, script: NO_SCRIPT, emitted: 0 },
  ];
  const scripts: WrittenScript[] = [chunk];
  if ("luaSource" in resume) {
    lines.write(`},\nluaSource:()=>${JSON.stringify(resume.luaSource)},\n`, 2);
  } else {
    scripts.push(resume);
    lines.write(`},\nresumeFactory($0,$script,$env,$make){\n`, 2);
    rows.push({ line: lines.count, column: 1, script: RESUME_SCRIPT, emitted: 1 });
    lines.writeScript(resume);
    rows.push({ line: lines.count, column: 1, script: NO_SCRIPT, emitted: 0 });
    lines.write("},\n", 1);
  }
  const known = factsText(scripts);
  lines.write(`facts:()=>$facts(${templateLiteral(known)})}`, 0);
  return {
    bytes: Buffer.from(lines.text),
    lineBreaks: lines.count,
    rows: rowsText(rows),
    facts: Buffer.from(known),
    helpers: [...new Set(scripts.flatMap(({ code }) => helpersOf(code)))].sort(),
  };
}

/** The text of a chunk that the bundle's own compiler compiles: the program wants to know its source. */
export function sourceText(chunkName: string, source: string): ChunkText {
  const bytes = Buffer.from(JSON.stringify({ chunkName, source }));
  return { bytes, lineBreaks: 0, rows: "", facts: Buffer.alloc(0), helpers: [] };
}

/** Facts have many quotes and no line breaks. */
function templateLiteral(text: string): string {
  return `\`${text.replaceAll(/[\\`]|\$\{/g, "\\$&")}\``;
}

/** Knows how many lines there are: to look for them would be to read all text once more. */
class LineWriter {
  text = "";
  /** Line breaks so far. */
  count = 0;

  write(piece: string, lineBreaks: number): void {
    this.text += piece;
    this.count += lineBreaks;
  }

  writeScript({ code, lineBreaks }: WrittenScript): void {
    this.write(withoutStrict(code), lineBreaks);
    this.write("\n", 1);
  }
}
