/**
 * The part of a bundle's host that knows its Lua files. They are there as functions, and so that a state loads them as it loads
 * any file, each is read as a *mark*, a text that stands for it: `compile` and `instantiate` know the marks and give what was
 * compiled when the bundle was made. All other texts are for the compiler of the bundle, if it has one.
 *
 * It asks nothing of the engine but that it is V8.
 */
import { fromBytes } from "../bytes.ts";
import type { CompiledChunk, CompiledScript, Host, LuaSyntaxError } from "../../runtime/host.ts";
import { RESUME_SUFFIX, shortSource, type ModuleFiles } from "../../runtime/index.ts";
import type { BundledChunk, BundledCompiler, BundledFacts, BundledProgram } from "./bundle.ts";
import { plainPath } from "./plainPath.ts";
import { PositionTable } from "./positions.ts";

export type ChunkHost = Required<
  Pick<Host, "compile" | "instantiate" | "emittedPlace" | "builtinModuleSource">
> &
  Pick<Host, "isHopeless" | "readEvaluable"> & {
    /** Of the bundle; what it does not have is no file of it. */
    readonly files: ModuleFiles;
  };

/** @param compiler Of the bundle. */
export function createChunkHost(
  program: BundledProgram,
  compiler: BundledCompiler | undefined,
): ChunkHost {
  const { chunks } = program;
  const indexes = new Map(chunks.map(({ chunkName }, index) => [chunkName, index]));
  /** By the index of the chunk, what the state calls it that loaded it. */
  const scriptNames = new Map<number, string>();
  const sourceOf = (chunkName: string): string | undefined => {
    const index = indexes.get(chunkName);
    const chunk = index === undefined ? undefined : chunks[index];
    if (index === undefined || chunk === undefined) return undefined;
    return "source" in chunk ? chunk.source : mark("chunk", index);
  };
  const chunkMarked = (text: string) => {
    const [, script, digits] = MARK.exec(text) ?? [];
    const index = Number(digits);
    const chunk = chunks[index];
    return digits === undefined || chunk === undefined || "source" in chunk
      ? undefined
      : { chunk, index, isResume: script === "resume" };
  };
  return {
    compile: (source, chunkName, options) => {
      const marked = chunkMarked(source);
      if (marked !== undefined && isName(chunkName, marked.chunk)) {
        return compiledChunk(marked.chunk, marked.index, (luaSource) => {
          if (compiler === undefined)
            throw new Error("a chunk is to be compiled without a compiler");
          // As it was compiled for the bundle.
          const own = { ...options, usesEnvironments: false, isAccessible: false };
          return compiler.compileResume(luaSource, marked.chunk.chunkName, own);
        });
      }
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- what Host.compile must throw
      if (compiler === undefined) throw withoutCompiler(chunkName);
      return compiler.compile(source, chunkName, options);
    },
    instantiate: (code, scriptName) => {
      const marked = chunkMarked(code);
      if (marked === undefined) {
        if (compiler === undefined) throw new Error("there is code that nothing has compiled");
        return compiler.instantiate(code, scriptName);
      }
      const { chunk, index, isResume } = marked;
      if (isResume && chunk.resumeFactory !== undefined) return chunk.resumeFactory as Instantiated;
      scriptNames.set(index, scriptName);
      return chunk.factory;
    },
    ...(compiler?.isHopeless === undefined ? {} : { isHopeless: compiler.isHopeless }),
    ...(compiler?.readEvaluable === undefined ? {} : { readEvaluable: compiler.readEvaluable }),
    emittedPlace: (fileName, line, column) => {
      if (fileName !== thisFile()) return undefined;
      const place = tableOf(program).find(line, column);
      const scriptName = place === undefined ? undefined : scriptNames.get(place.chunkIndex);
      if (place === undefined || scriptName === undefined) return undefined;
      return {
        scriptName: place.isResume ? scriptName + RESUME_SUFFIX : scriptName,
        line: place.line,
      };
    },
    builtinModuleSource: (name) => sourceOf(`=[builtin ${name}]`),
    files: {
      read: (path) => sourceOf(`@${plainPath(path)}`) ?? NO_FILE,
      exists: (path) => indexes.has(`@${plainPath(path)}`),
    },
  };
}

type Instantiated = ReturnType<Host["instantiate"]>;

/** Whether a chunk that was loaded by this name is the one of the bundle: "@./lib/x.lua" is "@lib/x.lua". */
function isName(chunkName: string, chunk: BundledChunk): boolean {
  return (
    chunk.chunkName === chunkName ||
    (chunkName.startsWith("@") && chunk.chunkName === `@${plainPath(chunkName.slice(1))}`)
  );
}

/** No text of Lua begins so. */
const MARK = /^\0spacer (chunk|resume) (\d+)$/;

function mark(script: "chunk" | "resume", index: number): string {
  return `\0spacer ${script} ${String(index)}`;
}

/** What C says of it. */
const NO_FILE = { message: "No such file or directory", errno: 2 };

/** @param compileResume For a chunk whose resume script is not in the bundle. */
function compiledChunk(
  chunk: BundledChunk,
  index: number,
  compileResume: (luaSource: string) => CompiledScript,
): CompiledChunk {
  let facts: BundledFacts | undefined;
  const known = (): BundledFacts => (facts ??= chunk.facts());
  const { usesEnvironments, isAccessible, demands, requires } = chunk;
  const bundledResume = (): CompiledScript => ({
    code: mark("resume", index),
    get sites() {
      return known().resume.sites;
    },
    get functions() {
      return known().resume.functions;
    },
  });
  return {
    code: mark("chunk", index),
    get sites() {
      return known().chunk.sites;
    },
    get functions() {
      return known().chunk.functions;
    },
    resumeScript: () =>
      chunk.luaSource === undefined ? bundledResume() : compileResume(chunk.luaSource()),
    // Programs that may ask for these have their sources in the bundle.
    functionText: () => undefined,
    debugInfo: () => [],
    usesEnvironments,
    isAccessible,
    ...(demands === undefined ? {} : { demands }),
    ...(requires === undefined ? {} : { requires }),
  };
}

function withoutCompiler(chunkName: string): LuaSyntaxError {
  const name = fromBytes(shortSource(chunkName));
  return {
    isLuaSyntaxError: true,
    message: `${name}: this bundle was built without the compiler, because nothing in it seemed to load texts`,
  };
}

const tables = new WeakMap<BundledProgram, PositionTable>();

/** Read when the first error is raised. */
function tableOf(program: BundledProgram): PositionTable {
  let table = tables.get(program);
  if (table === undefined) tables.set(program, (table = new PositionTable(program.positions())));
  return table;
}

let fileName: string | undefined;

/** What stack frames carry as file name whose code is in this file, which in a bundle is the file of all code. */
function thisFile(): string {
  return (fileName ??= readFileName());
}

function readFileName(): string {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is put back, never called
  const prepareBefore = Error.prepareStackTrace;
  const limitBefore = Error.stackTraceLimit;
  Error.stackTraceLimit = 1;
  Error.prepareStackTrace = (_error, sites) => sites[0]?.getFileName() ?? "";
  try {
    return String(new Error("where am I").stack);
  } finally {
    Error.prepareStackTrace = prepareBefore;
    Error.stackTraceLimit = limitBefore;
  }
}
