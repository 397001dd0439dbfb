/** Compiles the files of a bundle: each text once, in several processes where there is much to do, and kept across builds. */
import { createHash } from "node:crypto";
import type { BuildCache } from "./buildCache.ts";
import type { CommandContext } from "../command.ts";
import { compileFile, type CompiledFile, type FileInput } from "./compileFile.ts";
import { compileTogether } from "./compileHelpers.ts";
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

/** How long the process works on files before it lets others have a turn, such as esbuild's replies. */
const TURN_MS = 50;

export class FileCompiler {
  private readonly options: FileCompilerOptions;
  /** By all that decides what a file becomes. */
  private known = new Map<string, CompiledFile>();
  private used = new Map<string, CompiledFile>();
  private doneCount = 0;

  constructor(options: FileCompilerOptions) {
    this.options = options;
    for (const [key, file] of options.cache?.read() ?? []) this.known.set(key, file);
  }

  /** A new build begins: files that it does not ask for are forgotten when it ends. */
  begin(): void {
    this.used = new Map();
    this.doneCount = 0;
  }

  /** The results are in the order of the inputs. */
  async compile(inputs: readonly FileInput[]): Promise<CompiledFile[]> {
    const keys = inputs.map(keyOf);
    const isNew = (key: string): boolean => !this.known.has(key);
    const missing = inputs.filter((_, index) => isNew(keys[index] ?? ""));
    const made = await this.compileNew(missing);
    missing.forEach((input, index) => {
      const file = made[index];
      if (file !== undefined) this.known.set(keyOf(input), file);
    });
    return keys.flatMap((key) => {
      const file = this.known.get(key);
      if (file === undefined) return [];
      this.used.set(key, file);
      return [file];
    });
  }

  /** The build has ended. */
  end(): void {
    this.options.onEnd?.();
    const isChanged = [...this.used.keys()].some((key) => this.options.cache?.has(key) === false);
    this.known = this.used;
    if (isChanged) this.options.cache?.write(this.used);
  }

  private async compileNew(inputs: readonly FileInput[]): Promise<CompiledFile[]> {
    const { context } = this.options;
    const compiled =
      context === undefined
        ? await this.compileHere(inputs)
        : await compileTogether(inputs, this.compileHere, context);
    return await Promise.all(compiled.map((file) => this.finish(file)));
  }

  private readonly compileHere = async (inputs: readonly FileInput[]): Promise<CompiledFile[]> => {
    const files: CompiledFile[] = [];
    let turnEndMs = performance.now() + TURN_MS;
    for (const input of inputs) {
      files.push(compileFile(input));
      if (performance.now() < turnEndMs) continue;
      this.options.onProgress?.(this.doneCount + files.length);
      await new Promise((resolve) => setImmediate(resolve));
      turnEndMs = performance.now() + TURN_MS;
    }
    return files;
  };

  private async finish(file: CompiledFile): Promise<CompiledFile> {
    const { esbuild, isMinified, onProgress } = this.options;
    // A program whose sources are in the bundle needs no code.
    const isSmall = file.kind === "broken" || !isMinified || file.wantsSources;
    const finished: CompiledFile = isSmall
      ? file
      : { ...file, chunk: await minifyChunk(file.chunk, esbuild, ENGINES) };
    onProgress?.(++this.doneCount);
    return finished;
  }
}

function keyOf({ chunkName, source, isGatewayFile, dialect }: FileInput): string {
  const hash = createHash("sha256").update(source, "latin1").digest("base64");
  return `${hash} ${dialect} ${isGatewayFile ? "gateway " : ""}${chunkName}`;
}
