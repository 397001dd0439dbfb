/**
 * Compiled Lua on disk. There is one file for each Lua file, way to compile it and compiler, so that a new text takes the
 * place of the former. It holds the source, which has to be the same byte by byte; what the compiler made of it; and what
 * V8 made of that.
 */
import { join } from "node:path";
import type { CompiledChunk, CompiledScript } from "../../runtime/host.ts";
import { readCacheFile, removeFile, writeCacheFile } from "./cacheFile.ts";
import { LUA_FOLDER } from "./cacheFolder.ts";
import { textHash } from "./engine.ts";
import { StoredChunk, type ChunkFacts, type ChunkOrigin, type ScriptLines } from "./storedChunk.ts";

/** A longer source is compiled each time: it is no program that somebody wrote. */
const MAX_SOURCE_BYTES = 8 * 1024 * 1024;

export interface ChunkStoreOptions {
  /** The folder of the cache. */
  readonly folder: string;
  /** Names the compiler: what another one made does not count. */
  readonly compilerId: string;
}

/** Which chunk it is. */
export interface ChunkId extends ChunkOrigin {
  /** The absolute path of its file, or what else tells it from others of the same name. */
  readonly path: string;
}

export type KeepableChunk = CompiledChunk & ChunkFacts;

/** What V8 made of scripts that have run. */
export interface EngineCode {
  /** The name of the first, which stack frames carry: it is in the code, so nobody with another name can use that. */
  readonly scriptName: string | undefined;
  /** The parts that there were; `undefined` where V8 has to compile. */
  readonly code: Buffer | undefined;
  readonly resume: Buffer | undefined;
}

export const NO_CODE: EngineCode = { scriptName: undefined, code: undefined, resume: undefined };

export interface FoundChunk {
  readonly chunk: StoredChunk;
  readonly engineCode: EngineCode;
}

export interface WrittenChunk {
  readonly chunk: KeepableChunk;
  /** Where it was needed. */
  readonly resume: CompiledScript | undefined;
  readonly engineCode: EngineCode;
}

export class ChunkStore {
  private readonly options: ChunkStoreOptions;

  constructor(options: ChunkStoreOptions) {
    this.options = options;
  }

  /** @param engineId Whose code is wanted besides; V8's is not where it is absent. */
  read(id: ChunkId, engineId?: string): FoundChunk | undefined {
    const parts = readCacheFile(this.fileOf(id), this.keyOf(id));
    if (parts?.get("source")?.toString("latin1") !== id.source) return undefined;
    const facts = parts.get("facts");
    const code = parts.get("code");
    const lines = parts.get("lines");
    if (facts === undefined || code === undefined || lines === undefined) return undefined;
    const resume = parts.get("resume");
    const resumeLines = parts.get("resume lines");
    const chunk = new StoredChunk(id, {
      code: code.toString("latin1"),
      facts: parseJson(facts) as ChunkFacts,
      readLines: () => parseJson(lines) as ScriptLines,
      readResume: () =>
        resume &&
        resumeLines && {
          code: resume.toString("latin1"),
          ...(parseJson(resumeLines) as ScriptLines),
        },
    });
    const engineCode = {
      scriptName: parts.get(`name ${engineId ?? ""}`)?.toString("utf8"),
      code: parts.get(`code ${engineId ?? ""}`),
      resume: parts.get(`resume ${engineId ?? ""}`),
    };
    return { chunk, engineCode };
  }

  /** Writes, if it can. @returns Whether it is there. */
  write(id: ChunkId, { chunk, resume, engineCode }: WrittenChunk, engineId?: string): boolean {
    const { code, usesEnvironments, isAccessible, demands } = chunk;
    const { requires, assignedGlobals, changedGlobals } = chunk;
    const facts: ChunkFacts = {
      usesEnvironments,
      isAccessible,
      demands,
      requires,
      assignedGlobals,
      changedGlobals,
    };
    if (id.source.length > MAX_SOURCE_BYTES || !isBytes(code)) return false;
    const parts = new Map<string, Buffer>([
      ["source", bytes(id.source)],
      ["code", bytes(code)],
      ["facts", json(facts)],
      ["lines", json(linesOf(chunk))],
    ]);
    if (resume !== undefined && isBytes(resume.code)) {
      parts.set("resume", bytes(resume.code)).set("resume lines", json(linesOf(resume)));
    }
    const { scriptName, code: ofCode, resume: ofResume } = engineCode;
    if (scriptName !== undefined) parts.set(`name ${engineId ?? ""}`, Buffer.from(scriptName));
    if (ofCode !== undefined) parts.set(`code ${engineId ?? ""}`, ofCode);
    if (ofResume !== undefined) parts.set(`resume ${engineId ?? ""}`, ofResume);
    return writeCacheFile(this.fileOf(id), this.keyOf(id), parts);
  }

  remove(id: Omit<ChunkId, "source">): void {
    removeFile(this.fileOf(id));
  }

  /** The path of the file of a chunk, whatever its text. */
  fileOf(id: Omit<ChunkId, "source">): string {
    const name = textHash(`${id.path}\n${this.keyOf(id)}`);
    // Folders with many thousand files are slow in some systems.
    return join(this.options.folder, LUA_FOLDER, name.slice(0, 2), name.slice(2));
  }

  /** All that the code depends on besides the source. */
  private keyOf(id: Omit<ChunkId, "source">): string {
    return `${this.options.compilerId} ${describe(id)}`;
  }
}

/** Names of options count in the order in which they are written here. */
function describe({ chunkName, options }: Pick<ChunkId, "chunkName" | "options">): string {
  const { isLua52Compatible, isPuc51, usesEnvironments, isAccessible, isFunctionText } = options;
  const flags: (boolean | undefined)[] = [
    isLua52Compatible,
    isPuc51,
    usesEnvironments,
    isAccessible,
    isFunctionText,
  ];
  return `${flags.map((flag) => (flag === true ? "1" : "0")).join("")} ${chunkName}`;
}

function linesOf({ sites, functions }: ScriptLines): ScriptLines {
  return { sites, functions };
}

function isBytes(text: string): boolean {
  return !/[^\0-\xff]/.test(text);
}

function bytes(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function parseJson(data: Buffer): unknown {
  return JSON.parse(data.toString("utf8"));
}
