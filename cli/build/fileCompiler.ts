/** Compiles the files of a bundle: each text once, and kept across builds. */
import { createHash } from "node:crypto";
import type { BuildCache } from "./buildCache.ts";
import type { CommandContext } from "../command.ts";
import type { CompiledFile, FileInput } from "./compileFile.ts";
import { CompilePool } from "./compilePool.ts";
import type { Esbuild } from "./esbuild.ts";
import { minifyChunk } from "./minifyChunk.ts";

export interface FileCompilerOptions {
  readonly esbuild: Pick<Esbuild, "transform">;
  readonly isMinified: boolean;
  readonly cache: BuildCache | undefined;
  /** What other processes are started with; all is compiled here where it is absent. */
  readonly context?: Pick<CommandContext, "self" | "env" | "cwd"> | undefined;
  /** Called as files are done. */
  readonly onProgress?: ((doneCount: number) => void) | undefined;
  /** Called when all files of a build are done. */
  readonly onEnd?: (() => void) | undefined;
}

/** What emitted code is made for, and all targets understand. */
const ENGINES = "es2022";

export class FileCompiler {
  private readonly options: FileCompilerOptions;
  private readonly pool: CompilePool;
  /** By all that decides what a file becomes. */
  private known = new Map<string, CompiledFile>();
  private used = new Map<string, CompiledFile>();
  /** By the same. */
  private readonly compiling = new Map<string, Promise<CompiledFile>>();
  private doneCount = 0;

  constructor(options: FileCompilerOptions) {
    this.options = options;
    this.pool = new CompilePool(options.context);
    for (const [key, file] of options.cache?.read() ?? []) this.known.set(key, file);
  }

  /**
   * A new build begins: files that it does not ask for are forgotten when it is over.
   *
   * @param sizeBytes How much source it may ask for.
   */
  begin(sizeBytes: number): void {
    this.used = new Map();
    this.doneCount = 0;
    if (this.known.size === 0) this.pool.expect(sizeBytes);
  }

  /** Whether there is so much to compile that several processes are at it. */
  get isLong(): boolean {
    return this.pool.hasHelpers;
  }

  /** Begins with files that will be asked for, as it seems. */
  expect(inputs: readonly FileInput[]): void {
    // Whoever asks for it is told.
    for (const input of inputs) this.make(input, keyOf(input)).catch(() => undefined);
  }

  async compile(input: FileInput): Promise<CompiledFile> {
    const key = keyOf(input);
    const file = this.known.get(key) ?? (await this.make(input, key));
    this.used.set(key, file);
    return file;
  }

  private make(input: FileInput, key: string): Promise<CompiledFile> {
    const begun = this.compiling.get(key);
    if (begun !== undefined) return begun;
    const making = this.pool
      .compile(input)
      .then((file) => this.finish(file))
      .then((file) => {
        this.known.set(key, file);
        this.options.onProgress?.(++this.doneCount);
        return file;
      });
    this.compiling.set(key, making);
    return making;
  }

  /** All files are compiled. */
  end(): void {
    this.pool.end();
    this.compiling.clear();
    this.options.onEnd?.();
    this.known = this.used;
  }

  /** Keeps what the build has used for the next one, in another process. */
  async keep(): Promise<void> {
    const { cache } = this.options;
    const isChanged = [...this.used.keys()].some((key) => cache?.has(key) === false);
    if (isChanged) await cache?.write(this.used);
  }

  private async finish(file: CompiledFile): Promise<CompiledFile> {
    const { esbuild, isMinified } = this.options;
    // A program whose sources are in the bundle needs no code.
    if (file.kind === "broken" || !isMinified || file.wantsSources) return file;
    return { ...file, chunk: await minifyChunk(file.chunk, esbuild, ENGINES) };
  }
}

function keyOf({ chunkName, source, isGatewayFile, dialect, resumesFrom }: FileInput): string {
  const hash = createHash("sha256").update(source, "latin1").digest("base64");
  return `${hash} ${dialect} ${resumesFrom} ${isGatewayFile ? "gateway " : ""}${chunkName}`;
}
