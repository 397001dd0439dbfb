/**
 * The cache as a Lua state uses it: compiles the files of a program, and loads their code together with what V8 made of it
 * in an earlier run. What was not there is written when the process ends, so that functions that V8 compiled only when
 * they were called are in it.
 */
import { Script } from "node:vm";
import type {
  ChunkFactory,
  ChunkOptions,
  CompiledChunk,
  CompiledScript,
  ResumeFactory,
} from "../../runtime/host.ts";
import {
  NO_CODE,
  type ChunkStore,
  type EngineCode,
  type FoundChunk,
  type KeepableChunk,
} from "./chunkStore.ts";

/** Beyond that, a process keeps nothing more: programs that make files and load them would fill its memory. */
const MAX_CHUNKS = 1000;

export interface CompileCacheOptions {
  readonly store: ChunkStore;
  readonly engineId: string;
  /** Compiles what is not in the store. @throws LuaSyntaxError */
  readonly compile: (
    source: string,
    chunkName: string,
    options: ChunkOptions,
  ) => CompiledChunk & KeepableChunk;
  /** Loads what is none of the cache's business. */
  readonly instantiate: (code: string, scriptName: string) => ChunkFactory & ResumeFactory;
  /** The parameters of scripts. */
  readonly parameters: readonly string[];
  /** The absolute path of a file that a program names. */
  readonly pathOf: (name: string) => string;
}

/** A chunk of the cache, and the scripts that were made of it. */
interface Entry {
  readonly source: string;
  readonly chunkName: string;
  readonly options: ChunkOptions;
  readonly chunk: KeepableChunk;
  readonly found: FoundChunk | undefined;
  /** What V8 made of it in an earlier run, as far as it can be used. */
  engineCode: EngineCode;
  resume: CompiledScript | undefined;
  script: Script | undefined;
  resumeScript: Script | undefined;
  /** Whether the store does not have all of it. */
  isNew: boolean;
}

export class CompileCache {
  private readonly options: CompileCacheOptions;
  /** By the files that keep them. */
  private readonly entries = new Map<string, Entry>();
  /** What loads codes that were handed out, under a name. */
  private readonly loaders = new Map<string, (scriptName: string) => Script>();

  constructor(options: CompileCacheOptions) {
    this.options = options;
  }

  /** As `Host.compile`. */
  compile(source: string, chunkName: string, options: ChunkOptions): CompiledChunk {
    if (!isKept(chunkName)) return this.options.compile(source, chunkName, options);
    const { store, engineId } = this.options;
    const id = { source, chunkName, options, path: this.pathOf(chunkName) };
    const file = store.fileOf(id);
    const known = this.entries.get(file);
    // Loaded again, which makes another script of it: what is kept is the first.
    if (known?.source === source) return known.chunk;
    if (known === undefined && this.entries.size >= MAX_CHUNKS) {
      return this.options.compile(source, chunkName, options);
    }
    const found = store.read(id, engineId);
    const chunk = found?.chunk ?? this.options.compile(source, chunkName, options);
    const entry: Entry = {
      source,
      chunkName,
      options,
      chunk,
      found,
      engineCode: found?.engineCode ?? NO_CODE,
      resume: undefined,
      script: undefined,
      resumeScript: undefined,
      isNew: found === undefined,
    };
    this.entries.set(file, entry);
    this.loaders.set(chunk.code, (scriptName) => {
      if (entry.engineCode.scriptName !== scriptName) entry.engineCode = { ...NO_CODE, scriptName };
      const script = this.scriptOf(chunk.code, scriptName, entry.engineCode.code);
      entry.isNew ||= script.cachedDataRejected !== false;
      return (entry.script = script);
    });
    return noteResume(chunk, (resume) => {
      entry.resume = resume;
      this.loaders.set(resume.code, (scriptName) => {
        const script = this.scriptOf(resume.code, scriptName, entry.engineCode.resume);
        entry.isNew ||= script.cachedDataRejected !== false;
        return (entry.resumeScript = script);
      });
    });
  }

  /** As `Host.instantiate`. */
  instantiate(code: string, scriptName: string): ChunkFactory & ResumeFactory {
    const load = this.loaders.get(code);
    if (load === undefined) return this.options.instantiate(code, scriptName);
    this.loaders.delete(code);
    return load(scriptName).runInThisContext() as ChunkFactory & ResumeFactory;
  }

  /** Writes what is new. @returns Whether anything was. */
  write(): boolean {
    let hasWritten = false;
    for (const entry of this.entries.values()) {
      if (!entry.isNew) continue;
      const { source, chunkName, options, chunk, found, engineCode: known } = entry;
      const id = { source, chunkName, options, path: this.pathOf(chunkName) };
      const resume = entry.resume ?? found?.chunk.storedResume();
      const engineCode: EngineCode = {
        scriptName: known.scriptName,
        code: entry.script?.createCachedData() ?? known.code,
        resume: entry.resumeScript?.createCachedData() ?? known.resume,
      };
      const { store, engineId } = this.options;
      if (store.write(id, { chunk, resume, engineCode }, engineId)) hasWritten = true;
    }
    return hasWritten;
  }

  private scriptOf(code: string, filename: string, cachedData: Buffer | undefined): Script {
    // In front of the code on its first line: lines stay what they are.
    const text = `(function (${this.options.parameters.join(", ")}) {${code}\n})`;
    return new Script(text, { filename, ...(cachedData && { cachedData }) });
  }

  private pathOf(chunkName: string): string {
    return chunkName.startsWith("@") ? this.options.pathOf(chunkName.slice(1)) : chunkName;
  }
}

/** Files, and the modules in Lua that come with spacer. What programs put together is new each time. */
function isKept(chunkName: string): boolean {
  return chunkName.startsWith("@") || chunkName.startsWith("=[builtin ");
}

/** The same chunk, which tells of its resume script. */
function noteResume(chunk: CompiledChunk, note: (resume: CompiledScript) => void): CompiledChunk {
  return Object.create(chunk, {
    resumeScript: {
      value: () => {
        const resume = chunk.resumeScript();
        note(resume);
        return resume;
      },
    },
  }) as CompiledChunk;
}
