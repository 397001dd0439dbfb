/** Makes the text of a chunk smaller, and finds its emitted lines again. */
import { NumberReader } from "../bundled/numbers.ts";
import type { ChunkRow, ChunkText } from "./chunkText.ts";
import type { Esbuild } from "./esbuild.ts";

/** In front of the text to make a statement of it: a free name, so it stays; and what is left behind it. */
const START = "$=";
const END = /;\s*$/;

/** @param target The engines that are to understand it. */
export async function minifyChunk(
  chunk: ChunkText,
  esbuild: Pick<Esbuild, "transform">,
  target: string,
): Promise<ChunkText> {
  const { code, map } = await esbuild.transform(START + chunk.text, {
    format: "esm",
    target,
    minify: true,
    legalComments: "none",
    charset: "utf8",
    sourcemap: "external",
    sourcesContent: false,
    logLevel: "silent",
  });
  if (!code.startsWith(START)) throw new Error("esbuild made another statement of a chunk");
  const { mappings } = JSON.parse(map) as { mappings: string };
  return {
    text: code.slice(START.length).replace(END, ""),
    rows: rowsOf(mappings, chunk.rows),
    helpers: chunk.helpers,
  };
}

/**
 * Where the emitted line changes.
 *
 * @param rows Those of the text that the mappings lead to.
 */
function rowsOf(mappings: string, rows: readonly ChunkRow[]): ChunkRow[] {
  const found: ChunkRow[] = [];
  let current = 0;
  let last: Pick<ChunkRow, "script" | "emitted"> = { script: undefined, emitted: 0 };
  for (const { line, column, originalLine } of readMappings(mappings)) {
    while (current > 0 && (rows[current]?.line ?? 0) > originalLine) current--;
    while ((rows[current + 1]?.line ?? Infinity) <= originalLine) current++;
    const { script, emitted } = placeIn(rows[current], originalLine);
    if (script === last.script && emitted === last.emitted) continue;
    last = { script, emitted };
    const ownColumn = line === 0 ? Math.max(0, column - START.length) : column;
    found.push({ line, column: ownColumn, script, emitted });
  }
  return found;
}

function placeIn(row: ChunkRow | undefined, line: number): Pick<ChunkRow, "script" | "emitted"> {
  if (row?.script === undefined || line < row.line) return { script: undefined, emitted: 0 };
  return { script: row.script, emitted: row.emitted + line - row.line };
}

interface Mapping {
  /** In the text that was made, from 0, as all others. */
  readonly line: number;
  readonly column: number;
  readonly originalLine: number;
}

/** Of a source map with one source, whose columns don't matter. */
function* readMappings(mappings: string): Iterable<Mapping> {
  let originalLine = 0;
  for (const [line, segments] of mappings.split(";").entries()) {
    let column = 0;
    for (const segment of segments.split(",")) {
      if (segment === "") continue;
      const numbers = new NumberReader(segment);
      column += numbers.next();
      if (!numbers.hasMore) continue;
      numbers.next();
      originalLine += numbers.next();
      yield { line, column, originalLine };
    }
  }
}
