/**
 * Chunks for debuggers: with source maps, and under names that stay the same when a file is loaded anew, so
 * that debuggers find their breakpoints again.
 *
 * What V8 calls a script and what it tells debuggers are two names. The first is unique in its state, which
 * finds Lua's lines by it (runtime/core/stack.ts); the second one, set here by a comment, says which file
 * it is:
 *
 *     //# sourceMappingURL=data:application/json;base64,...
 *     //# sourceURL=lua:///srv/hello/app/hello.lua.js
 *
 * `file:` would be wrong for that, as there is no such file; the source map names the Lua file by its URL.
 */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";
import {
  makeSourceMap,
  type CompiledOutput,
  type CompileOptions,
  type SourceText,
} from "../../compiler/index.ts";
import { shortSource } from "../../runtime/index.ts";
import type { ChunkFactory, CompiledChunk, Host, ResumeFactory } from "../../runtime/host.ts";
import { fromBytes } from "../bytes.ts";
import { COMMAND_LINE_CHUNK, STDIN_CHUNK } from "../chunkNames.ts";
import { chunkText, compileText } from "../compile.ts";
import { SCRIPT_PARAMETERS } from "../host/nodeHost.ts";
import { takeStopAtStart } from "./inspector.ts";

export interface DebuggerOptions extends Pick<CompileOptions, "suspension"> {
  /** Absolute path: where the names of chunks begin. */
  readonly folder: string;
}

/** The parts of a host that load chunks. */
export function debuggerHost(options: DebuggerOptions): Pick<Host, "compile" | "instantiate"> {
  return { compile: compileForDebugger(options), instantiate: instantiateScript };
}

/**
 * As a script that is run, where `compileFunction` would do: debuggers ask V8 to stop before a script with a
 * source map runs, to set their breakpoints in it, and V8 does so for scripts only.
 */
function instantiateScript(code: string, scriptName: string): ChunkFactory & ResumeFactory {
  const wrapped = `(function (${SCRIPT_PARAMETERS.join(", ")}) { ${code}\n})`;
  return new Script(wrapped, { filename: scriptName }).runInThisContext() as ChunkFactory &
    ResumeFactory;
}

function compileForDebugger({ folder, suspension }: DebuggerOptions): Host["compile"] {
  return (source, chunkName, options): CompiledChunk => {
    const stopsAtStart = isProgram(chunkName) && takeStopAtStart();
    const compileOptions = { ...options, suspension, stopsAtStart, isForDebugger: true };
    const text = chunkText(source, chunkName);
    const output = compileText(text, compileOptions);
    const luaUrl = urlOf(chunkName, source, folder);
    const { sites, functions, usesEnvironments, isAccessible, demands, requires } = output;
    return {
      code: output.code + comments(output, text, { luaUrl, suffix: ".js" }),
      sites,
      functions,
      usesEnvironments,
      isAccessible,
      demands,
      requires,
      functionText: (offset) => output.functionText(offset),
      debugInfo: () => output.debugInfo(),
      resumeScript: () => {
        const script = output.resumeScript();
        const names = { luaUrl, suffix: ".resumed.js" };
        const code = script.code + comments(script, text, names);
        return { code, sites: script.sites, functions: script.functions };
      },
    };
  };
}

/** Whether a chunk is a file, or what a program is that is none (program.ts). */
function isProgram(chunkName: string): boolean {
  return chunkName.startsWith("@") || chunkName === COMMAND_LINE_CHUNK || chunkName === STDIN_CHUNK;
}

/** The URL of a chunk's source: of its file, or one that only says what it is. */
export function urlOf(chunkName: string, source: string, folder: string): string {
  if (chunkName.startsWith("@")) {
    return pathToFileURL(resolve(folder, fromBytes(chunkName.slice(1)))).href;
  }
  // Text that was given to `load`: the same text is the same source.
  const hash = createHash("sha256").update(source, "latin1").digest("hex").slice(0, 12);
  const title = encodeURIComponent(fromBytes(shortSource(chunkName))).replaceAll("'", "%27");
  return `lua:///${title}/${hash}.lua`;
}

/** Debuggers do not say who they are; VS Code marks what it starts, and its terminals. */
function likelyReader(): "chrome" | "vscode" {
  const { VSCODE_INSPECTOR_OPTIONS, TERM_PROGRAM } = process.env;
  return VSCODE_INSPECTOR_OPTIONS !== undefined || TERM_PROGRAM === "vscode" ? "vscode" : "chrome";
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
  // V8 takes no quotes in URLs of scripts.
  const scriptUrl = luaUrl.replace(/^file:/, "lua:").replaceAll("'", "%27") + suffix;
  const names = { file: scriptUrl, source: luaUrl, decode: fromBytes, reader: likelyReader() };
  const map = Buffer.from(makeSourceMap(script, text, names)).toString("base64");
  return `//# sourceMappingURL=data:application/json;charset=utf-8;base64,${map}\n//# sourceURL=${scriptUrl}\n`;
}
