/** luaparse's tree to ours. The only file that knows the package. */
import luaparse from "luaparse";
import type * as lua from "luaparse";
import type { Chunk } from "../ast.ts";
import { CompilerBug } from "../compilerBug.ts";
import type { ParseOptions } from "./index.ts";
import type { SourceText } from "../source.ts";
import { Conversion } from "./conversion.ts";
import { convertChunk } from "./convertStatement.ts";
import { textForLuaparse, type SourceNotes } from "./sourceNotes.ts";

/** The types of luaparse's nodes. */
export type * as lua from "luaparse";

/**
 * Has luaparse read a text in which all that it would misread has been replaced (sourceNotes.ts),
 * with the offsets of the source; strings, numerals and lines are read from the source itself.
 *
 * @throws RangeError when the tree is nested too deeply for the JavaScript stack.
 */
export function fromLuaparse(
  source: SourceText,
  notes: SourceNotes,
  options: ParseOptions = {},
): Chunk {
  const { body } = parseWithLuaparse(textForLuaparse(source.text, notes));
  return convertChunk(new Conversion(source, notes, options), body);
}

/** In 5.2's syntax, which has what the replacements leave of LuaJIT's: labels and `break` anywhere. */
const OPTIONS = {
  luaVersion: "5.2",
  encodingMode: "pseudo-latin1",
  // LuaJIT takes bytes from 128 for letters. The type declaration knows only `false`.
  extendedIdentifiers: true as false,
  comments: false,
  ranges: true,
} as const;

function parseWithLuaparse(text: string): lua.Chunk {
  try {
    return luaparse.parse(text, OPTIONS);
  } catch (thrown) {
    if ((thrown as Error).name !== "SyntaxError") throw thrown;
    throw new CompilerBug(`luaparse refuses a valid program: ${(thrown as Error).message}`);
  }
}
