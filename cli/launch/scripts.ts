/**
 * Loads the scripts that the build makes of spacer's modules (docs/tools/linkScript.ts), with V8's code cache where there
 * is one.
 */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { Script } from "node:vm";
import type { CacheParts } from "../cache/cacheFile.ts";

/** A script's value. What it imports it loads by the first two. */
type ScriptFunction = (
  load: (source: string) => unknown,
  importLater: (source: string) => Promise<unknown>,
  place: Place,
  build: string,
) => unknown;

/** Where the scripts say that they are. */
export interface Place {
  /** What all have as `import.meta.url`. Asked for by hardly any program, and not made before. */
  readonly url: string;
}

export interface ScriptsOptions {
  /** The folder of the scripts. */
  readonly folder: string;
  readonly place: Place;
  /** Names the build. */
  readonly build: string;
  /** Loads what is no script of ours. */
  readonly require: (source: string) => unknown;
  readonly importPackage: (source: string) => Promise<unknown>;
  /** The part that a script which is loaded on demand belongs to; one of its own when absent. */
  readonly partOf?: (name: string) => string;
  /** Reads V8's code of a part, by the names of the scripts. */
  readonly readCode?: (part: string) => CacheParts | undefined;
  /** Called when V8 makes code that the cache did not have. */
  readonly onNewCode?: () => void;
}

/** Scripts are read into this one after the other, the largest pack too; longer ones into a buffer of their own. */
const READ_BYTES = 1 << 20;

const bytesRead = Buffer.allocUnsafeSlow(READ_BYTES);

/** What is loaded together: scripts that are loaded on demand, and those that they import. */
interface Part {
  readonly known: CacheParts | undefined;
  readonly compiled: Map<string, Script>;
  hasNewCode: boolean;
}

export class Scripts {
  private readonly options: ScriptsOptions;
  private readonly exports = new Map<string, unknown>();
  private readonly packages = new Map<string, unknown>();
  private readonly packs = new Map<string, Readonly<Record<string, ScriptFunction>>>();
  private readonly parts = new Map<string, Part>();
  /** The part that is being loaded. */
  private current: Part | undefined = undefined;

  constructor(options: ScriptsOptions) {
    this.options = options;
  }

  /** What a script exports that is loaded on demand. @param name Its path in the folder, with slashes. */
  loadPart(name: string): unknown {
    const outer = this.current;
    this.current = this.partOf(name);
    try {
      return this.load(name);
    } finally {
      this.current = outer;
    }
  }

  /** V8's code of all scripts of each part, as far as it ran, where the cache did not have it all. */
  newCode(): Map<string, ReadonlyMap<string, Buffer>> {
    const codes = new Map<string, ReadonlyMap<string, Buffer>>();
    for (const [name, { known, compiled, hasNewCode }] of this.parts) {
      if (!hasNewCode) continue;
      const code = new Map<string, Buffer>();
      for (const script of known?.names ?? []) {
        const kept = known?.get(script);
        if (kept !== undefined) code.set(script, kept);
      }
      for (const [script, loaded] of compiled) code.set(script, loaded.createCachedData());
      codes.set(name, code);
    }
    return codes;
  }

  private partOf(script: string): Part {
    const name = this.options.partOf?.(script) ?? script;
    let part = this.parts.get(name);
    if (part === undefined) {
      const known = this.options.readCode?.(name);
      part = { known, compiled: new Map(), hasNewCode: false };
      this.parts.set(name, part);
    }
    return part;
  }

  private load(name: string): unknown {
    const known = this.exports.get(name);
    if (known !== undefined) return known;
    const { place, build, importPackage } = this.options;
    const load = (source: string) => {
      // On demand (docs/tools/lazyImports.ts).
      if (source.startsWith("/")) return this.loadPart(source.slice(1));
      return source.startsWith(".") ? this.load(source.slice(2)) : this.loadPackage(source);
    };
    const importLater = async (source: string) =>
      source.startsWith(".") ? this.loadPart(source.slice(2)) : await importPackage(source);
    const exported = this.functionOf(name)(load, importLater, place, build);
    this.exports.set(name, exported);
    return exported;
  }

  /** Node's own `require` takes its time, and each script asks for the same few. */
  private loadPackage(source: string): unknown {
    const known = this.packages.get(source);
    if (known !== undefined) return known;
    const loaded = this.options.require(source);
    this.packages.set(source, loaded);
    return loaded;
  }

  /** @param name With a `#` in it of a script in a pack (docs/tools/packScripts.ts). */
  private functionOf(name: string): ScriptFunction {
    const end = name.indexOf("#");
    if (end === -1) return this.compile(name).runInThisContext() as ScriptFunction;
    const file = name.slice(0, end);
    let pack = this.packs.get(file);
    if (pack === undefined) {
      pack = this.compile(file).runInThisContext() as Record<string, ScriptFunction>;
      this.packs.set(file, pack);
    }
    return pack[name.slice(end + 1)] as ScriptFunction;
  }

  private compile(name: string): Script {
    const part = this.current;
    const filename = `${this.options.folder}/${name}`;
    const cachedData = part?.known?.get(name);
    const source = readText(filename);
    const script = new Script(source, { filename, ...(cachedData && { cachedData }) });
    part?.compiled.set(name, script);
    if (part !== undefined && script.cachedDataRejected !== false) {
      part.hasNewCode = true;
      this.options.onNewCode?.();
    }
    return script;
  }
}

/** Half of what Node's `readFileSync` takes for small files, of which there are fifty. What esbuild prints is ASCII. */
function readText(filename: string): string {
  const descriptor = openSync(filename, "r");
  try {
    let length = 0;
    for (;;) {
      const count = readSync(descriptor, bytesRead, length, READ_BYTES - length, length);
      length += count;
      if (length === READ_BYTES) return readFileSync(filename, "latin1");
      if (count === 0) return bytesRead.toString("latin1", 0, length);
    }
  } finally {
    closeSync(descriptor);
  }
}
