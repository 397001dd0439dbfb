/**
 * What the Lua files of a project became, kept across builds: one file of the cache for each project and way to build it. It is
 * read and written as a whole, which for a thousand files takes less time than to open them.
 */
import { join } from "node:path";
import { readCacheFile } from "../cache/cacheFile.ts";
import { BUILD_FOLDER } from "../cache/cacheFolder.ts";
import { textHash } from "../cache/engine.ts";
import { writeCacheFileAside } from "../cache/writeAside.ts";
import type { CompiledFile, UsableFile } from "./compileFile.ts";

export interface BuildCacheOptions {
  /** The folder of the cache. */
  readonly folder: string;
  /** Names the compiler and all else that files depend on but for their texts. */
  readonly id: string;
  /** Absolute path of the project. */
  readonly root: string;
}

/** A file, whose text and facts are parts of the cache's file, by its place in the index: "0" and "0 facts". */
interface Entry {
  readonly key: string;
  readonly file: Omit<UsableFile, "chunk">;
  readonly chunk: Omit<UsableFile["chunk"], "bytes" | "facts">;
}

export class BuildCache {
  private readonly path: string;
  private readonly id: string;
  private keys: ReadonlySet<string> = new Set();

  constructor({ folder, id, root }: BuildCacheOptions) {
    this.id = id;
    this.path = join(folder, BUILD_FOLDER, textHash(`${root}\n${id}`));
  }

  /** Whether it was there when the cache was last read or written. */
  has(key: string): boolean {
    return this.keys.has(key);
  }

  read(): ReadonlyMap<string, CompiledFile> {
    const files = new Map<string, CompiledFile>();
    const parts = readCacheFile(this.path, this.id);
    const index = parts?.get("index");
    if (parts === undefined || index === undefined) return files;
    const entries = JSON.parse(index.toString("utf8")) as Entry[];
    for (const [place, { key, file, chunk }] of entries.entries()) {
      const bytes = parts.get(String(place));
      const facts = parts.get(`${String(place)} facts`);
      if (bytes === undefined || facts === undefined) continue;
      files.set(key, { ...file, chunk: { ...chunk, bytes, facts } });
    }
    this.keys = new Set(files.keys());
    return files;
  }

  /** Writes, if it can. Broken files are not kept. */
  async write(files: ReadonlyMap<string, CompiledFile>): Promise<void> {
    const entries: Entry[] = [];
    const parts = new Map<string, Buffer>();
    for (const [key, file] of files) {
      if (file.kind === "broken") continue;
      const { chunk, ...rest } = file;
      const { bytes, facts, ...small } = chunk;
      const place = entries.push({ key, file: rest, chunk: small }) - 1;
      parts.set(String(place), bytes).set(`${String(place)} facts`, facts);
    }
    parts.set("index", Buffer.from(JSON.stringify(entries)));
    if (await writeCacheFileAside(this.path, this.id, parts)) this.keys = new Set(files.keys());
  }
}
