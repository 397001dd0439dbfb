/**
 * Makes a bundle: esbuild bundles the used part of spacer with the entry, and the Lua files are appended to that as they are,
 * each as its text (chunkText.ts), so that none of them passes through esbuild again when another one changes:
 *
 *     ...                                          what esbuild made
 *     function $spacerChunks($rt, $facts) { return [
 *     { chunkName: "@app/hello.lua", factory(...) { ... }, ... },
 *     ]; }
 *     function $spacerPositions() { return "..."; }
 *
 * Both are declared functions, so code above them may call them. Nothing above the table of positions shifts by it.
 */
import type { Metafile, Plugin } from "esbuild";
import { bundledSources } from "../installation.ts";
import type { ChunkText } from "./chunkText.ts";
import { positionText } from "./positionTable.ts";
import type { BuildRuntime, RuntimeOptions } from "./runtimeCache.ts";
import { APPENDED } from "./runtimePlugin.ts";

export interface BundleOptions {
  /** The text of the module that the bundle begins with; see runtimePlugin.ts for what it may import. */
  readonly entry: string;
  /** Texts of further modules, by their names without `spacer:`. */
  readonly modules?: ReadonlyMap<string, string>;
  /** In the order of their indexes. */
  readonly chunks: readonly ChunkText[];
  readonly platform: "node" | "browser" | "neutral";
  /** The engines it is for, as esbuild names them: "node20". */
  readonly engines: string;
  readonly isMinified: boolean;
  /** What stays an import. */
  readonly external?: readonly string[];
  readonly plugins?: readonly Plugin[];
  readonly define?: Readonly<Record<string, string>>;
  readonly conditions?: readonly string[];
  /** In front of all else. */
  readonly banner?: string;
  /** Behind all else. */
  readonly footer?: string;
  /** "esm" unless given. */
  readonly format?: "esm" | "cjs";
}

export interface Bundle {
  /** The text of the module. */
  readonly code: string;
  /** Of what esbuild made. */
  readonly metafile: Metafile;
  /** The line (from 1) on which each chunk begins. */
  readonly chunkLines: readonly number[];
}

const ENTRY = "entry";

export async function bundle(options: BundleOptions, buildRuntime: BuildRuntime): Promise<Bundle> {
  const { chunks, entry, modules = new Map<string, string>(), banner = "" } = options;
  const helpers = [...new Set(chunks.flatMap((chunk) => chunk.helpers))].sort();
  const written = { helpers, modules: new Map([...modules, [ENTRY, entry]]) };
  const { text, metafile } = await buildRuntime({ ...esbuildOptions(options), written });
  const { code, chunkLines } = append(banner === "" ? text : `${banner}\n${text}`, chunks);
  return { code: code + (options.footer ?? ""), chunkLines, metafile };
}

function esbuildOptions(options: BundleOptions) {
  const { platform, engines, isMinified, external, define, conditions, plugins } = options;
  return {
    entryPoints: [`spacer:${ENTRY}`],
    absWorkingDir: bundledSources().folder,
    outfile: "bundle.mjs",
    bundle: true,
    format: options.format ?? "esm",
    platform,
    target: engines,
    isMinified,
    legalComments: "none",
    charset: "utf8",
    logLevel: "silent",
    treeShaking: true,
    ...(plugins === undefined ? {} : { plugins: [...plugins] }),
    ...(external === undefined ? {} : { external: [...external] }),
    ...(define === undefined ? {} : { define: { ...define } }),
    ...(conditions === undefined ? {} : { conditions: [...conditions] }),
  } satisfies Omit<RuntimeOptions, "written">;
}

function append(
  runtime: string,
  chunks: readonly ChunkText[],
): Pick<Bundle, "code" | "chunkLines"> {
  const head = runtime.endsWith("\n") ? runtime : `${runtime}\n`;
  let line = lineBreaks(head) + 1;
  const parts = [head, `function ${APPENDED.chunks}($rt,$facts){return[\n`];
  line++;
  const chunkLines: number[] = [];
  for (const { text } of chunks) {
    chunkLines.push(line);
    parts.push(text, ",\n");
    line += lineBreaks(text) + 1;
  }
  const positions = positionText(
    chunks.map(({ rows }, index) => ({ line: chunkLines[index] ?? 0, rows })),
  );
  parts.push("]}\n", `function ${APPENDED.positions}(){return"${positions}"}\n`);
  return { code: parts.join(""), chunkLines };
}

function lineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
