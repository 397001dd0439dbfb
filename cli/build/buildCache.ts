/**
 * What the Lua files of a project became, kept across builds: one file of the cache for each project and way to build it. It is
 * read and written as a whole, which for a thousand files takes less time than to open them.
 */
import { join } from "node:path";
import { readCacheFile, writeCacheFile } from "../cache/cacheFile.ts";
import { BUILD_FOLDER } from "../cache/cacheFolder.ts";
import { textHash } from "../cache/engine.ts";
import type { CompiledFile, UsableFile } from "./compileFile.ts";

export interface BuildCacheOptions {
  /** The folder of the cache. */
  readonly folder: string;
  /** Names the compiler and all else that files depend on but for their texts. */
  readonly id: string;
  /** Absolute path of the project. */
  readonly root: string;
}

/** A file, with its text at some place in the texts of all. */
interface Entry {
  readonly key: string;
  readonly file: Omit<UsableFile, "chunk">;
  readonly chunk: Omit<UsableFile["chunk"], "text" | "rows" | "facts">;
  /** How many characters of text, rows and facts there are, in this order. */
  readonly lengths: readonly [number, number, number];
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
    const texts = parts?.get("texts")?.toString("latin1");
    if (index === undefined || texts === undefined) return files;
    let at = 0;
    const take = (length: number): string => texts.slice(at, (at += length));
    for (const entry of JSON.parse(index.toString("utf8")) as Entry[]) {
      const [text, rows, facts] = entry.lengths;
      const chunk = { ...entry.chunk, text: take(text), rows: take(rows), facts: take(facts) };
      files.set(entry.key, { ...entry.file, chunk });
    }
    this.keys = new Set(files.keys());
    return files;
  }

  /** Writes, if it can. Broken files are not kept. */
  write(files: ReadonlyMap<string, CompiledFile>): void {
    const entries: Entry[] = [];
    const texts: string[] = [];
    for (const [key, file] of files) {
      if (file.kind === "broken") continue;
      const { chunk, ...rest } = file;
      const { text, rows, facts, ...small } = chunk;
      entries.push({
        key,
        file: rest,
        chunk: small,
        lengths: [text.length, rows.length, facts.length],
      });
      texts.push(text, rows, facts);
    }
    const all = texts.join("");
    // What a byte can't hold is no text of ours.
    if (/[^\0-\xff]/.test(all)) return;
    const parts = new Map([
      ["index", Buffer.from(JSON.stringify(entries))],
      ["texts", Buffer.from(all, "latin1")],
    ]);
    if (writeCacheFile(this.path, this.id, parts)) this.keys = new Set(files.keys());
  }
}
