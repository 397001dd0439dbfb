/**
 * Compiles the modules of a project, each once for as long as its text stays the same. What was compiled is kept
 * in the cache of compiled Lua, too (cli/cache), for the next start; a missing, broken or outdated entry there only costs time.
 */
import { join } from "node:path";
import type { ChunkOptions } from "../../runtime/host.ts";
import { fromBytes } from "../bytes.ts";
import { NO_CODE, type ChunkStore, type KeepableChunk } from "../cache/chunkStore.ts";
import { compileChunk } from "../compile.ts";
import { isSource } from "../projectFolders.ts";

interface Entry {
  readonly source: string;
  readonly chunk: CompiledModule;
  readonly options: ChunkOptions;
}

export type CompiledModule = KeepableChunk;

/** How long to wait for more before something is written. */
const WRITE_DELAY_MS = 300;

export interface ModuleCacheOptions {
  /** Where entries are kept; `undefined` for nowhere. */
  readonly store: ChunkStore | undefined;
  /** The root of the project. */
  readonly root: string;
}

export class ModuleCache {
  private readonly options: ModuleCacheOptions;
  private readonly entries = new Map<string, Entry>();
  private readonly unwritten = new Set<string>();
  private timer: NodeJS.Timeout | undefined = undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(options: ModuleCacheOptions) {
    this.options = options;
  }

  /**
   * Compiles any chunk.
   *
   * @returns The path, when it is a module's.
   * @throws LuaSyntaxError
   */
  compile(
    source: string,
    chunkName: string,
    options: ChunkOptions,
  ): { path: string | undefined; chunk: CompiledModule } {
    const isSpecial = options.usesEnvironments || options.isAccessible;
    const named = isSpecial || !chunkName.startsWith("@") ? "" : chunkName.slice(1);
    const path = isSource(named) ? named : undefined;
    const chunk =
      path === undefined
        ? compileChunk(source, chunkName, options)
        : this.compileModule(path, source, options);
    return { path, chunk };
  }

  /**
   * @param path Of the file, from the root, in bytes.
   * @throws LuaSyntaxError
   */
  compileModule(path: string, source: string, options: ChunkOptions): CompiledModule {
    const known = this.entries.get(path);
    if (known?.source === source) return known.chunk;
    const kept = this.options.store?.read(this.idOf(path, source, options))?.chunk;
    const chunk = kept ?? compileChunk(source, `@${path}`, options);
    this.entries.set(path, { source, chunk, options });
    if (kept === undefined) this.keepLater(path);
    return chunk;
  }

  /** A file is gone. */
  delete(path: string): void {
    const entry = this.entries.get(path);
    this.entries.delete(path);
    this.unwritten.delete(path);
    if (entry !== undefined) this.options.store?.remove(this.idOf(path, "", entry.options));
  }

  /** Resolves when all is written. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    this.writeAll();
    await this.writing;
  }

  private idOf(path: string, source: string, options: ChunkOptions) {
    const absolute = join(this.options.root, fromBytes(path));
    return { source, chunkName: `@${path}`, options, path: absolute };
  }

  private keepLater(path: string): void {
    if (this.options.store === undefined) return;
    this.unwritten.add(path);
    this.timer ??= setTimeout(() => {
      this.writeAll();
    }, WRITE_DELAY_MS);
    this.timer.unref();
  }

  private writeAll(): void {
    this.timer = undefined;
    const paths = [...this.unwritten];
    this.unwritten.clear();
    this.writing = this.writing.then(async () => {
      for (const path of paths) {
        this.write(path);
        // A small file at a time: requests are served meanwhile.
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
  }

  private write(path: string): void {
    const entry = this.entries.get(path);
    if (entry === undefined) return;
    const { source, chunk, options } = entry;
    const nothingYet = { resume: undefined, engineCode: NO_CODE };
    this.options.store?.write(this.idOf(path, source, options), { chunk, ...nothingYet });
  }
}
