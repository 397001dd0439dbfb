/**
 * Loads the scripts that the build makes of spacer's modules (docs/tools/linkScript.ts), with V8's code cache where there
 * is one.
 */
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { Script } from "node:vm";

/** A script's value. What it imports it loads by the first two. */
type ScriptFunction = (
  load: (source: string) => unknown,
  importLater: (source: string) => Promise<unknown>,
  url: string,
  build: string,
) => unknown;

export interface ScriptsOptions {
  /** The folder of the scripts. */
  readonly folder: string;
  /** The URL that all scripts have as `import.meta.url`. */
  readonly url: string;
  /** Names the build. */
  readonly build: string;
  /** Loads what is no script of ours. */
  readonly require: (source: string) => unknown;
  readonly importPackage: (source: string) => Promise<unknown>;
  /** V8's code, by the names of the scripts. */
  readonly code?: ReadonlyMap<string, Buffer> | undefined;
}

export class Scripts {
  private readonly options: ScriptsOptions;
  private readonly exports = new Map<string, unknown>();
  private readonly compiled = new Map<string, Script>();
  private hasNewCode = false;

  constructor(options: ScriptsOptions) {
    this.options = options;
  }

  /** What a script exports. @param name Its path in the folder, with slashes. */
  load(name: string): unknown {
    const known = this.exports.get(name);
    if (known !== undefined) return known;
    const { url, build, require, importPackage } = this.options;
    const resolve = (source: string) => {
      // From the folder of the scripts (docs/tools/lazyImports.ts).
      if (source.startsWith("/")) return source.slice(1);
      return source.startsWith(".") ? posix.join(posix.dirname(name), source) : undefined;
    };
    const load = (source: string) => {
      const script = resolve(source);
      return script === undefined ? require(source) : this.load(script);
    };
    const run = this.compile(name).runInThisContext() as ScriptFunction;
    const importLater = async (source: string) => {
      const script = resolve(source);
      return script === undefined ? await importPackage(source) : this.load(script);
    };
    const exported = run(load, importLater, url, build);
    this.exports.set(name, exported);
    return exported;
  }

  /** V8's code of all scripts that were loaded, as far as it ran; `undefined` where the cache had it all. */
  newCode(): Map<string, Buffer> | undefined {
    if (!this.hasNewCode) return undefined;
    const code = new Map(this.options.code);
    for (const [name, script] of this.compiled) code.set(name, script.createCachedData());
    return code;
  }

  private compile(name: string): Script {
    const filename = join(this.options.folder, name);
    const cachedData = this.options.code?.get(name);
    // What esbuild prints is ASCII.
    const source = readFileSync(filename, "latin1");
    const script = new Script(source, { filename, ...(cachedData && { cachedData }) });
    if (script.cachedDataRejected !== false) this.hasNewCode = true;
    this.compiled.set(name, script);
    return script;
  }
}
