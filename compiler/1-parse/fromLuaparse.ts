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
  const luaparseOptions = notes.needsLua52 ? OPTIONS_FOR_52 : OPTIONS_FOR_51;
  const main = parseWith(builders, textForLuaparse(text, notes), luaparseOptions);
  if (!parts.isAtEnd) throw new CompilerBug("the recognizer has met more nodes than luaparse");
  return { main };
}

const OPTIONS = {
  // The values of strings, which are not wanted, are not even looked at.
  encodingMode: "none",
  // LuaJIT takes bytes from 128 for letters. The type declaration knows only `false`.
  extendedIdentifiers: true as false,
  comments: false,
} as const;

/** The syntax of 5.2 has what the replacements leave of LuaJIT's: labels and `break` anywhere. */
const OPTIONS_FOR_52 = { ...OPTIONS, luaVersion: "5.2" } as const;

/** Without labels luaparse keeps no books on blocks and variables, which takes 1 % of a build's compiling. */
const OPTIONS_FOR_51 = { ...OPTIONS, luaVersion: "5.1" } as const;

/** What luaparse makes nodes with. All who use it in this process share it, so it is put back each time. */
const { ast } = luaparse as unknown as { readonly ast: object };

function parseWith(
  builders: readonly object[],
  text: string,
  options: typeof OPTIONS_FOR_51 | typeof OPTIONS_FOR_52,
): FunctionExpression {
  const own = { ...ast };
  for (const each of builders) Object.assign(ast, each);
  try {
    return luaparse.parse(text, options) as unknown as FunctionExpression;
  } catch (thrown) {
    if ((thrown as Error).name !== "SyntaxError") throw thrown;
    throw new CompilerBug(`luaparse refuses a valid program: ${(thrown as Error).message}`);
  } finally {
    Object.assign(ast, own);
  }
}
