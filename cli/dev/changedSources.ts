/**
 * Takes the contents of files over into the sources that are served: a Lua file that does not compile stays what it was when it
 * last did.
 */
import { fromBytes, toBytes } from "../bytes.ts";
import { isLuaSyntaxError } from "../compile.ts";
import { ENV_FILE } from "../envFile.ts";
import { UserError } from "../errors.ts";
import { isSource } from "../projectFolders.ts";
import { CONFIG_FILE } from "../projectRoot.ts";
import type { ModuleCache } from "./moduleCache.ts";
import { MODULE_OPTIONS } from "./servedProject.ts";
import type { Contents } from "./settle.ts";
import type { ProjectSources } from "./sources.ts";

export interface ChangedSourcesOptions {
  /** Kept up to date. */
  readonly sources: ProjectSources;
  readonly cache: ModuleCache;
  /** A file does not compile. */
  readonly onBroken: (error: UserError, consequence: string) => void;
}

export class ChangedSources {
  private readonly options: ChangedSourcesOptions;

  constructor(options: ChangedSourcesOptions) {
    this.options = options;
  }

  /**
   * @param filesRead Those that functions have read, which are no sources.
   * @returns The files that are others than before, and those among all that are not broken.
   */
  take(
    changes: Contents,
    filesRead: () => ReadonlySet<string> | undefined,
  ): { readonly changed: string[]; readonly working: string[] } {
    const { cache, sources } = this.options;
    const changed: string[] = [];
    const working: string[] = [];
    let read: ReadonlySet<string> | undefined;
    for (const [path, content] of changes) {
      if (path.startsWith("test/") || [CONFIG_FILE, ENV_FILE].includes(path)) continue;
      if (!isSource(path)) {
        // Editors and other programs leave files of their own for a moment.
        read ??= filesRead();
        if (read?.has(toBytes(path)) !== true) continue;
        changed.push(path);
        working.push(path);
        continue;
      }
      const problem = content === undefined ? undefined : this.findSyntaxError(path, content);
      if (problem !== undefined && this.keepsLastVersion(path, problem)) continue;
      if (content === undefined) cache.delete(toBytes(path));
      // A file that was broken for a while may be what it was before.
      if (sources.get(path) !== content) changed.push(path);
      if (problem === undefined) working.push(path);
      sources.set(path, content);
    }
    return { changed, working };
  }

  /** @returns `undefined` when there is none. */
  findSyntaxError(path: string, content: string): UserError | undefined {
    try {
      this.options.cache.compileModule(toBytes(path), content, MODULE_OPTIONS);
      return undefined;
    } catch (thrown) {
      if (!isLuaSyntaxError(thrown)) throw thrown;
      return new UserError(fromBytes(thrown.message));
    }
  }

  private keepsLastVersion(path: string, problem: UserError): boolean {
    const before = this.options.sources.get(path);
    const isKept = before !== undefined && this.findSyntaxError(path, before) === undefined;
    const consequence = isKept
      ? "what it was before goes on"
      : "functions that need this file answer with this error";
    this.options.onBroken(problem, consequence);
    return isKept;
  }
}
