/** One Lua file for a bundle: what it becomes there, and what it uses. A pure function of its text, so that it can be kept. */
import type { Diagnostic, FileUse } from "../../compiler/index.ts";
import { chunkText as chunkSource, compileOptions } from "../compile.ts";
import { theCompiler } from "../parts.lazy.ts";
import type { DialectName } from "../../runtime/index.ts";
import { chunkText, type ChunkText } from "./chunkText.ts";
import type { ResumesFrom } from "./resumption.ts";

export interface FileInput {
  /** As `load` gets it, in bytes: "@app/hello.lua". */
  readonly chunkName: string;
  /** Bytes of Lua source. */
  readonly source: string;
  /** Whether its rows name functions (app/gateway.lua). */
  readonly isGatewayFile: boolean;
  readonly dialect: DialectName;
  /** What the bundle has to resume its functions: the script for that, or Lua that its own compiler makes it of (resumption.ts). */
  readonly resumesFrom: ResumesFrom;
}

export type CompiledFile = UsableFile | BrokenFile;

export interface UsableFile {
  readonly kind: "usable";
  readonly chunk: ChunkText;
  readonly use: FileUse;
  /** It works with what only a compiler at run time can give it: functions whose source or variables it looks at. */
  readonly wantsSources: boolean;
}

export interface BrokenFile {
  readonly kind: "broken";
  readonly diagnostics: readonly Diagnostic[];
}

export function compileFile({
  chunkName,
  source,
  isGatewayFile,
  dialect,
  resumesFrom,
}: FileInput): CompiledFile {
  const { compile } = theCompiler();
  const text = chunkSource(source, chunkName);
  const options = compileOptions(dialect);
  const { output, diagnostics } = compile(text, { ...options, wantsResume: true, isCompact: true });
  if (output === undefined) return { kind: "broken", diagnostics };
  const { demands, isAccessible } = output;
  const use = output.examineUse(isGatewayFile);
  return {
    kind: "usable",
    chunk: chunkText(
      chunkName,
      output,
      resumesFrom === "source" ? { luaSource: source } : output.resumeScript(),
    ),
    use,
    wantsSources: isAccessible || demands.environments || demands.hooks || looksAtFunctions(use),
  };
}

function looksAtFunctions({ globals, mentioned, modules, readsDebugInfo }: FileUse): boolean {
  const dumps = globals.some(
    ({ name }) => name === "string.dump" || (name === "string" && mentioned.includes("dump")),
  );
  return dumps || readsDebugInfo || modules.some(({ name }) => name === "jit.util");
}
