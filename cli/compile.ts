/** The compiler, as the runtime asks for it. */
import type { CompiledOutput, CompileOptions, SourceText } from "../compiler/index.ts";
import type { ChunkOptions, Host, LuaSyntaxError } from "../runtime/host.ts";
import { theCompiler } from "./parts.lazy.ts";
import { shortSource, type DialectName } from "../runtime/index.ts";

type TextOptions = ChunkOptions &
  Pick<CompileOptions, "suspension" | "isForDebugger" | "stopsAtStart">;

/**
 * Compiles a chunk.
 *
 * @param source Bytes of Lua source.
 * @param chunkName As given to `load`: "@path", "=name" or the source itself.
 * @throws LuaSyntaxError
 */
export function compileChunk(
  source: string,
  chunkName: string,
  options: TextOptions,
): CompiledOutput {
  return compileText(chunkText(source, chunkName), options);
}

/** The same, of a text. */
export function compileText(text: SourceText, options: TextOptions): CompiledOutput {
  const { compile, luaMessage } = theCompiler();
  const { output, diagnostics } = compile(text, options);
  if (output !== undefined) return output;
  const error = diagnostics.find(({ severity }) => severity === "error");
  if (error === undefined) throw new Error("the compiler gave neither code nor an error");
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- what Host.compile must throw
  throw { isLuaSyntaxError: true, message: luaMessage(error, text) } satisfies LuaSyntaxError;
}

/** Makes a `Host.readEvaluable`: small texts come by the thousands, so it asks for the compiler once. */
export function evaluableReader(): NonNullable<Host["readEvaluable"]> {
  let compiler: ReturnType<typeof theCompiler> | undefined;
  return (source, chunkName, options) => {
    compiler ??= theCompiler();
    // No message names the text.
    return compiler.readEvaluable(new compiler.SourceText(source, chunkName, ""), options);
  };
}

/** The text of a chunk, as the compiler wants it. */
export function chunkText(source: string, chunkName: string): SourceText {
  return new (theCompiler().SourceText)(source, chunkName, shortSource(chunkName));
}

/** For a chunk that is compiled by itself. */
export function compileOptions(dialect: DialectName): ChunkOptions {
  return {
    isLua52Compatible: dialect === "openresty",
    isPuc51: dialect === "5.1",
    usesEnvironments: false,
    isAccessible: false,
  };
}

export function isLuaSyntaxError(thrown: unknown): thrown is LuaSyntaxError {
  return (thrown as { isLuaSyntaxError?: unknown } | null | undefined)?.isLuaSyntaxError === true;
}
