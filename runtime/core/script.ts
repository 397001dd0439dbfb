/**
 * A loaded chunk, as errors and tracebacks see it. Stack frames name the script; the state finds it
 * by that name and the script finds the Lua line. Emitted functions hold their script, so a script
 * lives as long as any of its functions.
 */
import type { CompiledChunk, FunctionRange, Site } from "../host.ts";

/** Longest text `shortSource` gives (LUA_IDSIZE of Lua, less the end). */
const MAX_SHORT_SOURCE = 59;

export class Script {
  /** Unique in its state; what stack frames carry as file name. */
  readonly name: string;
  /** As given to `load`: "@file", "=name" or the source text. */
  readonly chunkName: string;
  readonly shortSource: string;
  private readonly sites: readonly Site[];
  private readonly functions: readonly FunctionRange[];

  constructor(name: string, chunkName: string, chunk: CompiledChunk) {
    this.name = name;
    this.chunkName = chunkName;
    this.shortSource = shortSource(chunkName);
    this.sites = chunk.sites;
    this.functions = chunk.functions;
  }

  /** The site of an emitted line: the last one at or before it. */
  siteAt(emitted: number): Site | undefined {
    return lastAtOrBefore(this.sites, emitted, (site) => site.emitted);
  }

  /** The function whose code an emitted line is in. */
  functionAt(emitted: number): FunctionRange | undefined {
    return lastAtOrBefore(this.functions, emitted, (range) => range.firstEmitted);
  }
}

/** How messages name a chunk (manual 3.8, `lua_Debug.short_src`). */
export function shortSource(chunkName: string): string {
  if (chunkName.startsWith("=")) return chunkName.slice(1, 1 + MAX_SHORT_SOURCE);
  if (chunkName.startsWith("@")) {
    const path = chunkName.slice(1);
    return path.length <= MAX_SHORT_SOURCE ? path : "..." + path.slice(3 - MAX_SHORT_SOURCE);
  }
  const lineEnd = chunkName.search(/[\r\n]/);
  const line = lineEnd < 0 ? chunkName : chunkName.slice(0, lineEnd);
  const room = MAX_SHORT_SOURCE - '[string "..."]'.length;
  const isWhole = lineEnd < 0 && line.length <= room;
  return isWhole ? `[string "${line}"]` : `[string "${line.slice(0, room)}..."]`;
}

function lastAtOrBefore<Row>(
  rows: readonly Row[],
  emitted: number,
  lineOf: (row: Row) => number,
): Row | undefined {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row !== undefined && lineOf(row) <= emitted) low = middle + 1;
    else high = middle;
  }
  return rows[low - 1];
}
