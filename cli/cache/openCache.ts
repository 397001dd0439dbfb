/** The cache of this process, where there is one. */
import { resolve } from "node:path";
import { fromBytes } from "../bytes.ts";
import { compileChunk } from "../compile.ts";
import { programId } from "../installation.ts";
import { thePruning } from "../parts.lazy.ts";
import { cacheFolder } from "./cacheFolder.ts";
import { ChunkStore } from "./chunkStore.ts";
import { CompileCache, type CompileCacheOptions } from "./compileCache.ts";
import { engineId } from "./engine.ts";

/**
 * Where compiled chunks are kept.
 *
 * @returns `undefined` where nothing is kept: the cache is off, or the program runs from its sources, which have no version.
 */
export function openChunkStore(): ChunkStore | undefined {
  const compilerId = programId();
  const folder = cacheFolder(process.env);
  return compilerId === undefined || folder === undefined
    ? undefined
    : new ChunkStore({ folder, compilerId });
}

/**
 * The cache for a state. It writes when the process ends.
 *
 * @param cwd What relative paths begin at.
 */
export function openCompileCache(
  cwd: string,
  loading: Pick<CompileCacheOptions, "instantiate" | "parameters">,
): CompileCache | undefined {
  const store = openChunkStore();
  if (store === undefined) return undefined;
  const cache = new CompileCache({
    ...loading,
    store,
    engineId: engineId(),
    compile: (source, chunkName, options) => compileChunk(source, chunkName, options),
    pathOf: (name) => resolve(cwd, fromBytes(name)),
  });
  process.on("exit", () => {
    if (cache.write()) thePruning().pruneCache(cacheFolder(process.env));
  });
  return cache;
}
