/**
 * What esbuild made of the runtime, kept across builds: one file of the cache for each project and way to build it, and the
 * memory of a process that builds again and again. Most changes of a project are changes of its Lua, and leave this part of a bundle
 * as it was.
 *
 * What is kept holds for the same options, plugins with the same names (a name tells all that a plugin depends on), the same
 * written modules and the same files.
 */
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import type { BuildOptions, Metafile } from "esbuild";
import { readCacheFile } from "../cache/cacheFile.ts";
import { BUILD_FOLDER } from "../cache/cacheFolder.ts";
import { textHash } from "../cache/engine.ts";
import { writeCacheFileAside } from "../cache/writeAside.ts";
import type { BuildCacheOptions } from "./buildCache.ts";
import { constantVariables } from "./constantVariables.ts";
import type { Esbuild } from "./esbuild.ts";
import { runtimePlugin, type RuntimeModules } from "./runtimePlugin.ts";

export interface RuntimeOptions extends Omit<BuildOptions, "write" | "metafile" | "minify"> {
  readonly absWorkingDir: string;
  readonly isMinified: boolean;
  /** What is written for the bundle, `entry` among it. */
  readonly written: RuntimeModules;
}

export interface BuiltRuntime {
  readonly text: string;
  readonly metafile: Metafile;
}

/** Makes the part of a bundle that has no Lua in it. */
export type BuildRuntime = (options: RuntimeOptions) => Promise<BuiltRuntime>;

/** A file that was read, and what tells that it is still the same. Packages come with times of their own, so `mtime` does not. */
type InputFile = readonly [path: string, sizeBytes: number, ctimeMs: number];

interface Entry {
  readonly inputs: readonly InputFile[];
  readonly built: BuiltRuntime;
}

/** With its text, which is what is kept. */
interface UsedEntry extends Entry {
  readonly text: string;
}

/** A build for many functions has many bundles, each with most of the runtime: not all are kept. */
const MAX_CHARACTERS = 32_000_000;

export class RuntimeCache {
  /** Where it is kept, and what for; `undefined` for in memory alone. */
  private readonly file: { readonly path: string; readonly id: string } | undefined;
  private readonly kept: Map<string, string>;
  private readonly used = new Map<string, UsedEntry>();
  private readonly build: BuildRuntime;
  /** What is being made. */
  private readonly making = new Map<string, Promise<BuiltRuntime>>();

  constructor(
    options: BuildCacheOptions | undefined,
    esbuild: Pick<Esbuild, "build" | "transform">,
  ) {
    this.build = runtimeBuilder(esbuild);
    this.file = options && fileOf(options);
    const parts = this.file && readCacheFile(this.file.path, this.file.id);
    this.kept = new Map(
      [...(parts?.names ?? [])].flatMap((name) => {
        const text = parts?.get(name);
        return text === undefined ? [] : [[name, text.toString("utf8")]];
      }),
    );
  }

  readonly buildRuntime: BuildRuntime = async (options) => {
    const key = keyOf(options);
    const entry = this.used.get(key) ?? readEntry(this.kept.get(key));
    const isSame = ([path, sizeBytes, ctimeMs]: InputFile): boolean => {
      const now = inputFile(path);
      return now?.[1] === sizeBytes && now[2] === ctimeMs;
    };
    if (entry?.inputs.every(isSame) === true) {
      this.used.set(key, entry);
      return entry.built;
    }
    const making = this.making.get(key) ?? this.build(options);
    this.making.set(key, making);
    const built = await making.finally(() => {
      this.making.delete(key);
    });
    const paths = Object.keys(built.metafile.inputs).filter((name) => !/^[\w-]{2,}:/.test(name));
    const inputs = paths.flatMap((name) => {
      const file = inputFile(join(options.absWorkingDir, name));
      return file === undefined ? [] : [file];
    });
    // One that is no file can't be seen to change.
    if (inputs.length === paths.length) {
      const entry: Entry = { inputs, built };
      this.used.set(key, { ...entry, text: JSON.stringify(entry) });
    }
    return built;
  };

  /** A build has ended: what it used is kept for the next one, and written, if some of it is new and it can. */
  async end(): Promise<void> {
    if ([...this.used].every(([key, { text }]) => this.kept.get(key) === text)) return;
    const parts = new Map<string, Buffer>();
    let total = 0;
    for (const [key, { text }] of this.used) {
      total += text.length;
      if (total <= MAX_CHARACTERS) parts.set(key, Buffer.from(text));
    }
    this.kept.clear();
    for (const key of parts.keys()) this.kept.set(key, this.used.get(key)?.text ?? "");
    this.used.clear();
    if (this.file !== undefined) await writeCacheFileAside(this.file.path, this.file.id, parts);
  }
}

function readEntry(text: string | undefined): UsedEntry | undefined {
  return text === undefined ? undefined : { ...(JSON.parse(text) as Entry), text };
}

function fileOf({ folder, id, root }: BuildCacheOptions) {
  const ownId = `${id} runtime`;
  return { path: join(folder, BUILD_FOLDER, textHash(`${root}\n${ownId}`)), id: ownId };
}

/** Without a cache. */
export function runtimeBuilder(esbuild: Pick<Esbuild, "build" | "transform">): BuildRuntime {
  return async ({ written, isMinified, plugins = [], ...options }) => {
    const { outputFiles, metafile } = await esbuild.build({
      ...options,
      plugins: [runtimePlugin(written), ...plugins],
      write: false,
      metafile: true,
    });
    const bundled = withoutInstallation(outputFiles[0]?.text ?? "");
    const constant = constantVariables(bundled);
    return { text: isMinified ? await minify(constant, options, esbuild) : constant, metafile };
  };
}

/** Apart from bundling, which would make variables of the constants. */
async function minify(
  code: string,
  { target, format }: BuildOptions,
  { transform }: Pick<Esbuild, "transform">,
): Promise<string> {
  const made = await transform(code, {
    ...(format === undefined ? {} : { format }),
    ...(target === undefined ? {} : { target }),
    minify: true,
    legalComments: "none",
    charset: "utf8",
    logLevel: "silent",
  });
  return made.code;
}

/** Where packages lie in the installation has no part in what is made: it is in comments, and in names of scripts. */
function withoutInstallation(code: string): string {
  return code.replaceAll(
    /^(\/\/ |\s+")(?:\.\.\/)+(?:[^"\n]*?\/)?node_modules\//gm,
    "$1node_modules/",
  );
}

function keyOf({ written, plugins = [], ...options }: RuntimeOptions): string {
  const names = plugins.map(({ name }) => name);
  const all = JSON.stringify([options, names, written.helpers, [...written.modules]]);
  return createHash("sha256").update(all).digest("hex");
}

function inputFile(path: string): InputFile | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true ? [path, stats.size, stats.ctimeMs] : undefined;
}
