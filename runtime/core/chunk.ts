/**
 * The main function of a chunk and its environment. The emitted factory binds global variables to
 * the cells of one environment; so the main function makes itself anew when its environment was
 * changed between two runs, and closures keep the environment in which they were created
 * (manual 2.9).
 */
import type { ClosureEnvironment } from "./closureEnvironment.ts";
import type { Script } from "./script.ts";
import type { LuaTable } from "./table.ts";
import type { LuaFunction } from "./value.ts";

interface LoadedChunk {
  readonly script: Script;
  environment: LuaTable;
  main: LuaFunction | undefined;
  /** Of `main`, where functions have environments of their own. */
  own: ClosureEnvironment | undefined;
}

const chunks = new WeakMap<LuaFunction, LoadedChunk>();

/** The main function, not yet bound to an environment. */
export function loadedChunk(
  bind: (environment: LuaTable) => LuaFunction,
  environment: LuaTable,
  script: Script,
): LuaFunction {
  const chunk: LoadedChunk = { script, environment, main: undefined, own: undefined };
  const bindNow = (): LuaFunction => {
    script.noteEnvironment(chunk.environment);
    const bound = bind(chunk.environment);
    const own = script.mainEnvironment;
    if (own !== undefined) own.callee = main;
    chunk.own = own;
    return bound;
  };
  const main: LuaFunction = (...values) => (chunk.main ??= bindNow())(...values);
  chunks.set(main, chunk);
  return main;
}

/** The script of a chunk's main function; `undefined` for any other function. */
export function mainScript(main: LuaFunction): Script | undefined {
  return chunks.get(main)?.script;
}

/** The environment of a chunk's main function; `undefined` for any other function. */
export function chunkEnvironment(main: LuaFunction): LuaTable | undefined {
  const chunk = chunks.get(main);
  return chunk?.own?.table ?? chunk?.environment;
}

/** Changes the environment of a chunk's main function; false for any other function. */
export function setChunkEnvironment(main: LuaFunction, environment: LuaTable): boolean {
  const chunk = chunks.get(main);
  if (chunk === undefined) return false;
  chunk.environment = environment;
  chunk.main = undefined;
  chunk.own = undefined;
  return true;
}
