/** Makes the text of a chunk smaller, and finds its emitted lines again. */
import { NumberReader } from "../bundled/numbers.ts";
import { NO_SCRIPT, readRows, type PositionRow } from "../bundled/positions.ts";
import type { ChunkText } from "./chunkText.ts";
import type { Esbuild } from "./esbuild.ts";
import { rowsText } from "./positionTable.ts";

/** In front of the text to make a statement of it: a free name, so it stays; and what is left behind it. */
const START = "$=";
const END = /;\s*$/;

/** @param target The engines that are to understand it. */
export async function minifyChunk(
  chunk: ChunkText,
  esbuild: Pick<Esbuild, "transform">,
  target: string,
): Promise<ChunkText> {
  const { code, map } = await esbuild.transform(START + chunk.bytes.toString(), {
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
  const text = code.slice(START.length).replace(END, "");
  return {
    bytes: Buffer.from(text),
    lineBreaks: text.split("\n").length - 1,
    rows: rowsText(rowsOf(mappings, readRows(chunk.rows))),
    facts: chunk.facts,
    helpers: chunk.helpers,
  };
}

/**
 * Where the emitted line changes.
 *
 * @param rows Those of the text that the mappings lead to.
 */
function rowsOf(mappings: string, rows: readonly PositionRow[]): PositionRow[] {
  const found: PositionRow[] = [];
  let current = 0;
  let last: Place = NOWHERE;
  for (const { line, column, originalLine } of readMappings(mappings)) {
    while (current > 0 && (rows[current]?.line ?? 0) > originalLine) current--;
    while ((rows[current + 1]?.line ?? Infinity) <= originalLine) current++;
    const { script, emitted } = placeIn(rows[current], originalLine);
    if (script === last.script && emitted === last.emitted) continue;
    last = { script, emitted };
    const ownColumn = line === 0 ? Math.max(0, column - START.length) : column;
    found.push({ line, column: ownColumn + 1, script, emitted });
  }
  return found;
}

type Place = Pick<PositionRow, "script" | "emitted">;

const NOWHERE: Place = { script: NO_SCRIPT, emitted: 0 };

function placeIn(row: PositionRow | undefined, line: number): Place {
  if (row === undefined || row.script === NO_SCRIPT || line < row.line) return NOWHERE;
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
