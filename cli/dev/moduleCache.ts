/**
 * Compiles the modules of a project, each once for as long as its text stays the same. What was compiled is kept
 * in `.spacer/cache`, too, for the next start; a missing, broken or outdated entry there only costs time.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import {
  compileDebugInfo,
  compileResumeScript,
  functionText,
  type CompiledOutput,
} from "../../compiler/index.ts";
import type { ChunkOptions } from "../../runtime/host.ts";
import { chunkText, compileChunk } from "../compile.ts";
import { isSource } from "../projectFolders.ts";

/** What can be kept in a file. */
type Kept = Pick<
  CompiledOutput,
  | "code"
  | "sites"
  | "functions"
  | "usesEnvironments"
  | "isAccessible"
  | "requires"
  | "assignedGlobals"
  | "changedGlobals"
>;

interface Entry {
  readonly source: string;
  readonly chunk: CompiledModule;
}

export type CompiledModule = Kept &
  Pick<CompiledOutput, "resumeScript" | "functionText" | "debugInfo">;

/** How long to wait for more before something is written. */
const WRITE_DELAY_MS = 300;

export interface ModuleCacheOptions {
  /** Where entries are kept; `undefined` for nowhere. */
  readonly folder: string | undefined;
  /** Names the compiler: what another one made does not count. */
  readonly compilerId: string;
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
    const kept = this.readKept(path, source);
    const chunkName = `@${path}`;
    const chunk =
      kept === undefined
        ? compileChunk(source, chunkName, options)
        : {
            ...kept,
            resumeScript: () => compileResumeScript(chunkText(source, chunkName), options),
            functionText: (offset: number) =>
              functionText(chunkText(source, chunkName), options, offset),
            debugInfo: () => compileDebugInfo(chunkText(source, chunkName), options),
          };
    this.entries.set(path, { source, chunk });
    if (kept === undefined) this.keepLater(path);
    return chunk;
  }

  /** A file is gone. */
  delete(path: string): void {
    this.entries.delete(path);
    this.unwritten.delete(path);
    const file = this.fileFor(path);
    if (file !== undefined) removeFile(file);
  }

  /** Forgets what was kept of files that are no more. @param isKnown Told paths from the root, in bytes. */
  prune(isKnown: (path: string) => boolean): void {
    const { folder } = this.options;
    if (folder === undefined) return;
    for (const file of filesIn(folder)) {
      if (!isKnown(file.replace(/\.json$/, ""))) removeFile(join(folder, file));
    }
  }

  /** Resolves when all is written. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    this.writeAll();
    await this.writing;
  }

  private fileFor(path: string): string | undefined {
    const { folder } = this.options;
    // A name that is no file name here, such as one with "..", is not kept.
    if (folder === undefined || /(?:^|\/)\.|[^\x20-\x7e]/.test(path)) return undefined;
    return join(folder, `${path}.json`);
  }

  private readKept(path: string, source: string): Kept | undefined {
    const file = this.fileFor(path);
    if (file === undefined) return undefined;
    try {
      const text = readFileSync(file, "latin1");
      const headEnd = text.indexOf("\n");
      if (text.slice(0, headEnd) !== this.keyOf(source)) return undefined;
      return JSON.parse(text.slice(headEnd + 1)) as Kept;
    } catch {
      return undefined;
    }
  }

  private keyOf(source: string): string {
    const hash = createHash("sha256").update(this.options.compilerId).update("\n");
    return hash.update(source, "latin1").digest("hex");
  }

  private keepLater(path: string): void {
    if (this.fileFor(path) === undefined) return;
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
      for (const path of paths) await this.write(path).catch(() => undefined);
    });
  }

  /** Put in place at once, so that nobody reads half of it. */
  private async write(path: string): Promise<void> {
    const file = this.fileFor(path);
    const entry = this.entries.get(path);
    if (file === undefined || entry === undefined) return;
    // JSON leaves out what is made on demand, which functions do.
    const kept: Kept = entry.chunk;
    const made = `${file}.${String(process.pid)}`;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(made, `${this.keyOf(entry.source)}\n${JSON.stringify(kept)}`, "latin1");
    await rename(made, file);
  }
}

/** An entry too many does no harm. */
function removeFile(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Somebody else's, or the folder may not be written to.
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  } catch {
    // Nothing was kept yet.
    return [];
  }
}
