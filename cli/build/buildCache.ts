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

/** A file, with its text and its facts at some place in the bytes of all. */
interface Entry {
  readonly key: string;
  readonly file: Omit<UsableFile, "chunk">;
  readonly chunk: Omit<UsableFile["chunk"], "bytes" | "facts">;
  /** How many bytes of text and facts there are, in this order. */
  readonly lengths: readonly [number, number];
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
    const texts = parts?.get("texts");
    if (index === undefined || texts === undefined) return files;
    let at = 0;
    const take = (length: number): Buffer => texts.subarray(at, (at += length));
    for (const entry of JSON.parse(index.toString("utf8")) as Entry[]) {
      const [text, facts] = entry.lengths;
      const chunk = { ...entry.chunk, bytes: take(text), facts: take(facts) };
      files.set(entry.key, { ...entry.file, chunk });
    }
    this.keys = new Set(files.keys());
    return files;
  }

  /** Writes, if it can. Broken files are not kept. */
  async write(files: ReadonlyMap<string, CompiledFile>): Promise<void> {
    const entries: Entry[] = [];
    const texts: Buffer[] = [];
    for (const [key, file] of files) {
      if (file.kind === "broken") continue;
      const { chunk, ...rest } = file;
      const { bytes, facts, ...small } = chunk;
      entries.push({ key, file: rest, chunk: small, lengths: [bytes.length, facts.length] });
      texts.push(bytes, facts);
    }
    const parts = new Map([
      ["index", Buffer.from(JSON.stringify(entries))],
      ["texts", Buffer.concat(texts)],
    ]);
    if (await writeCacheFileAside(this.path, this.id, parts)) this.keys = new Set(files.keys());
  }
}
