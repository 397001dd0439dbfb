/**
 * The main function of a chunk and its environment. The emitted factory binds global variables to
 * the cells of one environment; so the main function makes itself anew when its environment was
 * changed between two runs, and closures keep the environment in which they were created
 * (manual 2.9).
 *
 * A chunk that was only read (evaluate.ts) is compiled when it can't be evaluated, has run often, or somebody asks for
 * its script.
 */
import type { Evaluable } from "../host.ts";
import type { ClosureEnvironment } from "./closureEnvironment.ts";
import { raise } from "./error.ts";
import { evaluate } from "./evaluate.ts";
import { CANNOT_LOAD, isRefused } from "./refusedCode.ts";
import type { Script } from "./script.ts";
import type { LuaTable } from "./table.ts";
import type { LuaFunction, LuaValue } from "./value.ts";

/** To compile a chunk takes as long as to evaluate it so many times, or longer. */
const MAX_EVALUATIONS = 100;

/** A chunk that is compiled. */
export interface CompiledMain {
  readonly script: Script;
  /** Makes the main function for an environment. */
  readonly bind: (environment: LuaTable) => LuaFunction;
}

/** What `loadedChunk` makes a function of. */
export interface ChunkContent {
  readonly environment: LuaTable;
  /** Or what makes it, called once, when it is wanted. */
  readonly compiled: CompiledMain | (() => CompiledMain);
  /** Of a chunk that need not be compiled: what it returns. */
  readonly values: readonly Evaluable[] | undefined;
}

class LoadedChunk {
  environment: LuaTable;
  /** Made for this environment. */
  main: LuaFunction | undefined = undefined;
  /** Of `main`, where functions have environments of their own. */
  own: ClosureEnvironment | undefined = undefined;
  private compiled: CompiledMain | (() => CompiledMain);
  private values: readonly Evaluable[] | undefined;
  private evaluationCount = 0;

  constructor({ environment, compiled, values }: ChunkContent) {
    this.environment = environment;
    this.compiled = compiled;
    this.values = values;
  }

  get script(): Script {
    return this.compile().script;
  }

  /** What it returns, if that can be found out without code of its own. */
  evaluate(): readonly LuaValue[] | undefined {
    if (this.values === undefined) return undefined;
    const results = evaluate(this.values, this.environment);
    if (results === undefined || (++this.evaluationCount === MAX_EVALUATIONS && this.canCompile()))
      this.values = undefined;
    return results;
  }

  private canCompile(): boolean {
    try {
      this.compile();
      return true;
    } catch (thrown) {
      if (isRefused(thrown)) return false;
      throw thrown;
    }
  }

  bind(callee: LuaFunction): LuaFunction {
    if (!this.canCompile()) return raise(CANNOT_LOAD);
    const { script, bind } = this.compile();
    script.noteEnvironment(this.environment);
    const bound = bind(this.environment);
    const own = script.mainEnvironment;
    if (own !== undefined) own.callee = callee;
    this.own = own;
    return bound;
  }

  private compile(): CompiledMain {
    if (typeof this.compiled === "function") this.compiled = this.compiled();
    return this.compiled;
  }
}

/** A main function has its chunk as a property: a program that loads many texts would fill a WeakMap, which takes longer. */
const CHUNK = Symbol("chunk");

type MainFunction = LuaFunction & { [CHUNK]?: LoadedChunk };

/** The main function, not yet bound to an environment. */
export function loadedChunk(content: ChunkContent): LuaFunction {
  const chunk = new LoadedChunk(content);
  const main: MainFunction = (...values) => {
    if (chunk.main === undefined) {
      const results = chunk.evaluate();
      if (results !== undefined) return results.length === 1 ? results[0] : results;
      chunk.main = chunk.bind(main);
    }
    return chunk.main(...values);
  };
  main[CHUNK] = chunk;
  return main;
}

/** The script of a chunk's main function; `undefined` for any other function. */
export function mainScript(main: MainFunction): Script | undefined {
  return main[CHUNK]?.script;
}

/** The environment of a chunk's main function; `undefined` for any other function. */
export function chunkEnvironment(main: MainFunction): LuaTable | undefined {
  const chunk = main[CHUNK];
  return chunk?.own?.table ?? chunk?.environment;
}

/** Changes the environment of a chunk's main function; false for any other function. */
export function setChunkEnvironment(main: MainFunction, environment: LuaTable): boolean {
  const chunk = main[CHUNK];
  if (chunk === undefined) return false;
  chunk.environment = environment;
  chunk.main = undefined;
  chunk.own = undefined;
  return true;
}
