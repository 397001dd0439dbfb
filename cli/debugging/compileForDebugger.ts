/**
 * Chunks for debuggers: with source maps, and under names that stay the same when a file is loaded anew, so
 * that debuggers find their breakpoints again.
 *
 * What V8 calls a script and what it tells debuggers are two names. The first is unique in its state, which
 * finds Lua's lines by it (runtime/core/stack.ts); the second one, set here by a comment, says which file
 * it is:
 *
 *     //# sourceMappingURL=data:application/json;base64,...
 *     //# sourceURL=lua:///home/me/hello/app/hello.lua.js
 *
 * `file:` would be wrong for that, as there is no such file; the source map names the Lua file by its URL.
 */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  makeSourceMap,
  SourceText,
  type CompiledOutput,
  type CompileOptions,
} from "../../compiler/index.ts";
import { shortSource } from "../../runtime/index.ts";
import type { CompiledChunk, Host } from "../../runtime/host.ts";
import { fromBytes } from "../bytes.ts";
import { compileChunk } from "../compile.ts";
import { takeStopAtStart } from "./inspector.ts";

export interface DebuggerOptions extends Pick<CompileOptions, "suspension"> {
  /** Absolute path: where the names of chunks begin. */
  readonly folder: string;
}

export function compileForDebugger({ folder, suspension }: DebuggerOptions): Host["compile"] {
  return (source, chunkName, options): CompiledChunk => {
    const stopsAtStart = chunkName.startsWith("@") && takeStopAtStart();
    const compileOptions = { ...options, suspension, stopsAtStart, isForDebugger: true };
    const output = compileChunk(source, chunkName, compileOptions);
    const text = new SourceText(source, chunkName, shortSource(chunkName));
    const luaUrl = urlOf(chunkName, source, folder);
    return {
      ...output,
      code: output.code + comments(output, text, { luaUrl, suffix: ".js" }),
      resumeScript: () => {
        const script = output.resumeScript();
        const names = { luaUrl, suffix: ".resumed.js" };
        return { ...script, code: script.code + comments(script, text, names) };
      },
    };
  };
}

/** The URL of a chunk's source: of its file, or one that only says what it is. */
export function urlOf(chunkName: string, source: string, folder: string): string {
  const name = fromBytes(chunkName.slice(1));
  if (chunkName.startsWith("@")) return pathToFileURL(resolve(folder, name)).href;
  // Text that was given to `load`: the same text is the same source.
  const hash = createHash("sha256").update(source, "latin1").digest("hex").slice(0, 12);
  const title = chunkName.startsWith("=") ? name : "load";
  return `lua:///${encodeURIComponent(title)}/${hash}.lua`;
}

interface ScriptNames {
  readonly luaUrl: string;
  /** Behind the name of the Lua file, in that of the script. */
  readonly suffix: string;
}

function comments(
  script: Pick<CompiledOutput, "mappings">,
  text: SourceText,
  { luaUrl, suffix }: ScriptNames,
): string {
  const scriptUrl = luaUrl.replace(/^file:/, "lua:") + suffix;
  const names = { file: scriptUrl, source: luaUrl, decode: fromBytes };
  const map = Buffer.from(makeSourceMap(script, text, names)).toString("base64");
  return `//# sourceMappingURL=data:application/json;charset=utf-8;base64,${map}\n//# sourceURL=${scriptUrl}\n`;
}
