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
import type { Pieces } from "../pieces.ts";
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
  /** Whether there is a compiler in it, whose code may name any helper. */
  readonly hasCompiler?: boolean;
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
  /** The text of the module, in UTF-8. */
  readonly contents: Pieces;
  /** Of what esbuild made. */
  readonly metafile: Metafile;
  /** The line (from 1) on which each chunk begins. */
  readonly chunkLines: readonly number[];
}

const ENTRY = "entry";

export async function bundle(options: BundleOptions, buildRuntime: BuildRuntime): Promise<Bundle> {
  const { chunks, banner = "" } = options;
  const { text, metafile } = await buildRuntime(runtimeOptions(options));
  const head = banner === "" ? text : `${banner}\n${text}`;
  return { ...append(head, chunks, options.footer ?? ""), metafile };
}

/** How the part of a bundle is made that is not Lua. */
export function runtimeOptions(options: BundleOptions): RuntimeOptions {
  const { chunks, entry, modules = new Map<string, string>(), hasCompiler = false } = options;
  const helpers = hasCompiler
    ? "all"
    : [...new Set(chunks.flatMap((chunk) => chunk.helpers))].sort();
  const written = { helpers, modules: new Map([...modules, [ENTRY, entry]]) } as const;
  return { ...esbuildOptions(options), written };
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
  footer: string,
): Pick<Bundle, "contents" | "chunkLines"> {
  const head = runtime.endsWith("\n") ? runtime : `${runtime}\n`;
  let line = lineBreaks(head) + 1;
  const parts: Buffer[] = [Buffer.from(`${head}function ${APPENDED.chunks}($rt,$facts){return[\n`)];
  const separator = Buffer.from(",\n");
  line++;
  const chunkLines: number[] = [];
  for (const chunk of chunks) {
    chunkLines.push(line);
    parts.push(chunk.bytes, separator);
    line += chunk.lineBreaks + 1;
  }
  const positions = positionText(
    chunks.map(({ rows }, index) => ({ line: chunkLines[index] ?? 0, rows })),
  );
  parts.push(Buffer.from(`]}\nfunction ${APPENDED.positions}(){return"${positions}"}\n${footer}`));
  return { contents: parts, chunkLines };
}

function lineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
