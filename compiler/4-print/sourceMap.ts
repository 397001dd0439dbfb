/** Source maps of code for debuggers, version 3 (https://tc39.es/ecma426/). */
import { addSegment, GenMapping, setSourceContent, toEncodedMap } from "@jridgewell/gen-mapping";
import type { LuaPlace } from "../3-generate/index.ts";
import type { SourceText } from "../source.ts";
import type { PrintedScript } from "./printed.ts";
import type { Mapping } from "./places.ts";

export interface SourceMapNames {
  /** What the emitted script is called. */
  readonly file: string;
  /** What the Lua source is called: a URL. */
  readonly source: string;
  /** Bytes of Lua source as text. */
  readonly decode: (bytes: string) => string;
  /**
   * Who steps through it. Chrome passes over all that leads to the same place in Lua. VS Code stops at each
   * statement of JavaScript, but passes over what leads nowhere.
   */
  readonly reader?: "chrome" | "vscode";
}

/**
 * Leads each Lua statement to where it begins: several places of the script may stem from one statement,
 * and all lead there. A statement of several lines is one place a line.
 *
 * @param script Compiled for debuggers; of any other code nothing is known.
 */
export function makeSourceMap(
  { mappings }: Pick<PrintedScript, "mappings">,
  source: SourceText,
  names: SourceMapNames,
): string {
  const map = new GenMapping({ file: names.file });
  setSourceContent(map, names.source, names.decode(source.text));
  for (const mapping of mappings) {
    const { emitted, column, isFurtherStop } = mapping;
    if (names.reader === "vscode" && isFurtherStop === true) {
      // Nowhere exactly where it stops; behind that, calls are still in their line. VS Code reads the name of a
      // variable all the same.
      addSegment(map, emitted - 1, column);
      if (mapping.name !== undefined) addPlace(map, mapping, column, { source, names });
      addSegment(map, emitted - 1, column);
      if (mapping.name === undefined) addPlace(map, mapping, column + 1, { source, names });
    } else {
      addPlace(map, mapping, column, { source, names });
    }
  }
  return JSON.stringify(toEncodedMap(map));
}

function addPlace(
  map: GenMapping,
  { emitted, place, name, isBeside }: Mapping,
  column: number,
  { source, names }: { source: SourceText; names: SourceMapNames },
): void {
  if (place === undefined) {
    addSegment(map, emitted - 1, column);
    return;
  }
  const line = place.line - 1;
  const luaColumn = columnOf(place, source, names.decode) + (isBeside === true ? 1 : 0);
  if (name === undefined) addSegment(map, emitted - 1, column, names.source, line, luaColumn);
  else addSegment(map, emitted - 1, column, names.source, line, luaColumn, names.decode(name));
}

/** The column (from 0, in UTF-16 units) where a statement begins, or its part in another line. */
function columnOf(
  { offset, line }: LuaPlace,
  source: SourceText,
  decode: SourceMapNames["decode"],
): number {
  const { start, end } = source.lineSpan(line);
  if (source.lineAt(offset) === line) return decode(source.text.slice(start, offset)).length;
  const indent = source.text.slice(start, end).search(/[^ \t]/);
  return Math.max(indent, 0);
}
