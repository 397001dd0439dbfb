/**
 * Our tree, put together by luaparse. For each node that it has read it calls a function with the nodes in it, which we replace: they
 * are complete in the same order for the recognizer, which has noted the leaves, and where all others are (sourceNotes.ts).
 * So each function takes the next part of these notes, and nothing is asked of luaparse's own texts, values and places.
 *
 * The only file that knows the package.
 */
import luaparse from "luaparse";
import type { Chunk, FunctionExpression } from "../ast.ts";
import { CompilerBug } from "../compilerBug.ts";
import { expressionBuilders } from "./buildExpressions.ts";
import { functionBuilders } from "./buildFunctions.ts";
import { statementBuilders } from "./buildStatements.ts";
import type { ParseOptions } from "./index.ts";
import { PartReader } from "./partReader.ts";
import { textForLuaparse, type SourceNotes } from "./sourceNotes.ts";

/**
 * Has luaparse read a text in which all that it would misread has been replaced.
 *
 * @throws RangeError when the program is nested too deeply for the JavaScript stack.
 */
export function fromLuaparse(text: string, notes: SourceNotes, options: ParseOptions): Chunk {
  const parts = new PartReader(notes.parts);
  const builders = [
    expressionBuilders(parts),
    statementBuilders(parts),
    functionBuilders(parts, options),
  ];
  const main = parseWith(builders, textForLuaparse(text, notes));
  if (!parts.isAtEnd) throw new CompilerBug("the recognizer has met more nodes than luaparse");
  return { main };
}

/** In 5.2's syntax, which has what the replacements leave of LuaJIT's: labels and `break` anywhere. */
const OPTIONS = {
  luaVersion: "5.2",
  // The values of strings, which are not wanted, are not even looked at.
  encodingMode: "none",
  // LuaJIT takes bytes from 128 for letters. The type declaration knows only `false`.
  extendedIdentifiers: true as false,
  comments: false,
} as const;

/** What luaparse makes nodes with. All who use it in this process share it, so it is put back each time. */
const { ast } = luaparse as unknown as { readonly ast: object };

function parseWith(builders: readonly object[], text: string): FunctionExpression {
  const own = { ...ast };
  for (const each of builders) Object.assign(ast, each);
  try {
    return luaparse.parse(text, OPTIONS) as unknown as FunctionExpression;
  } catch (thrown) {
    if ((thrown as Error).name !== "SyntaxError") throw thrown;
    throw new CompilerBug(`luaparse refuses a valid program: ${(thrown as Error).message}`);
  } finally {
    Object.assign(ast, own);
  }
}
