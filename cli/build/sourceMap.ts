/**
 * The source map of a module with Lua in it: places in its code, as Lua's lines. What is spacer's own is left out, so that
 * debuggers and traces show the project's code only.
 */
import { posix } from "node:path";
import type { CompiledScript, Site } from "../../runtime/host.ts";
import { fromBytes } from "../bytes.ts";
import { readFacts } from "../bundled/facts.ts";
import { numberText } from "../bundled/numbers.ts";
import { CHUNK_SCRIPT, NO_SCRIPT, readRows, type PositionRow } from "../bundled/positions.ts";
import { textOfPieces } from "../pieces.ts";
import type { OutputFile } from "./target.ts";
import type { ReachedFile } from "./reach.ts";

/**
 * A module with its map, in two files; any other file as it is.
 *
 * @param rootFromOutput From the folder of the output to the project.
 */
export function withSourceMap(file: OutputFile, rootFromOutput: string): OutputFile[] {
  const { path, contents, bundle, program } = file;
  if (bundle === undefined || program === undefined) return [file];
  if (program.isFromSources) return [file];
  const text = typeof contents === "string" ? contents : textOfPieces(contents);
  const name = posix.basename(path);
  const depth = path.split("/").length - 1;
  const toRoot = posix.join("../".repeat(depth), rootFromOutput);
  const map = {
    version: 3,
    file: name,
    sources: program.files.map((each) => posix.join(toRoot, each.path)),
    sourcesContent: program.files.map(({ input }) => fromBytes(input.source)),
    names: [],
    mappings: mappingsOf(program.files, bundle.chunkLines),
  };
  return [
    { ...file, contents: `${text.replace(/\n?$/, "\n")}//# sourceMappingURL=${name}.map\n` },
    { path: `${path}.map`, contents: JSON.stringify(map) },
  ];
}

/** @param lines On which each file begins in the bundle, from 1. */
function mappingsOf(files: readonly ReachedFile[], lines: readonly number[]): string {
  const writer = new MappingWriter();
  files.forEach(({ chunk, input }, source) => {
    const facts = readFacts(chunk.facts.toString());
    const starts = lineStarts(input.source);
    const rows = readRows(chunk.rows);
    rows.forEach((row, index) => {
      if (row.script === NO_SCRIPT) return;
      const { sites } = row.script === CHUNK_SCRIPT ? facts.chunk : facts.resume;
      const place = { row, next: rows[index + 1], firstLine: lines[source] ?? 1, source, starts };
      writeRow(writer, place, sites);
    });
  });
  return writer.finish();
}

interface RowPlace {
  readonly row: PositionRow;
  readonly next: PositionRow | undefined;
  /** Of the chunk, in the bundle. */
  readonly firstLine: number;
  /** Its index. */
  readonly source: number;
  /** Offsets at which lines of the source begin. */
  readonly starts: readonly number[];
}

function writeRow(
  writer: MappingWriter,
  { row, next, firstLine, source, starts }: RowPlace,
  sites: CompiledScript["sites"],
): void {
  const end = next === undefined ? row.line : next.column > 1 ? next.line : next.line - 1;
  for (let line = row.line; line <= Math.max(row.line, end); line++) {
    const site = siteAt(sites, row.emitted + line - row.line);
    if (site === undefined) continue;
    const column = line === row.line ? row.column - 1 : 0;
    const luaColumn = site.offset - (starts[site.line - 1] ?? site.offset);
    writer.add({ line: firstLine + line, column, source, luaLine: site.line - 1, luaColumn });
  }
}

/** The last one at or before an emitted line. */
function siteAt(sites: readonly Site[], emitted: number): Site | undefined {
  let low = 0;
  let high = sites.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sites[middle] as Site).emitted <= emitted) low = middle + 1;
    else high = middle;
  }
  return sites[low - 1];
}

function lineStarts(source: string): number[] {
  const starts = [0];
  for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) {
    starts.push(at + 1);
  }
  return starts;
}

interface Mapping {
  /** In the bundle, from 1. */
  readonly line: number;
  /** From 0, as all others. */
  readonly column: number;
  readonly source: number;
  readonly luaLine: number;
  readonly luaColumn: number;
}

/** Takes mappings in the order of their places. */
class MappingWriter {
  private readonly parts: string[] = [];
  private last: Mapping = { line: 1, column: 0, source: 0, luaLine: 0, luaColumn: 0 };
  private isFirstOfLine = true;

  add(mapping: Mapping): void {
    const { last } = this;
    const isSameLine = mapping.line === last.line;
    const isSamePlace =
      !this.isFirstOfLine &&
      isSameLine &&
      mapping.source === last.source &&
      mapping.luaLine === last.luaLine &&
      mapping.luaColumn === last.luaColumn;
    if (isSamePlace) return;
    if (!isSameLine) {
      this.parts.push(";".repeat(mapping.line - last.line));
      this.isFirstOfLine = true;
    }
    this.parts.push(
      this.isFirstOfLine ? "" : ",",
      numberText(mapping.column - (isSameLine ? last.column : 0)),
      numberText(mapping.source - last.source),
      numberText(mapping.luaLine - last.luaLine),
      numberText(mapping.luaColumn - last.luaColumn),
    );
    this.isFirstOfLine = false;
    this.last = mapping;
  }

  finish(): string {
    return this.parts.join("");
  }
}
