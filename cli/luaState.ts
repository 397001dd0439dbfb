/** Lua states for the commands: the runtime with this machine as its host. */
import {
  createState,
  type DialectName,
  type LuaState,
  type ModuleFiles,
} from "../runtime/index.ts";
import type { Host } from "../runtime/host.ts";
import { toBytes } from "./bytes.ts";
import { openCompileCache } from "./cache/openCache.ts";
import type { CommandContext } from "./command.ts";
import { chunkText, compileChunk, evaluableReader } from "./compile.ts";
import { isInspectorOpen } from "./debugging/inspector.ts";
import { createNodeHost, instantiateCode, SCRIPT_PARAMETERS } from "./host/nodeHost.ts";
import { readModuleSource } from "./host/moduleSource.ts";
import { luaModulesFolder } from "./installation.ts";
import { theCompiler, theDebuggerHost } from "./parts.lazy.ts";
import { rootedFiles } from "./rootedFiles.ts";

export { compileOptions } from "./compile.ts";

/** Thrown through a program that calls `os.exit`. */
export class ProgramExit {
  readonly exitCode: number;
  /** Whether the state is to be closed before. */
  readonly isClosing: boolean;

  constructor(exitCode: number, isClosing: boolean) {
    this.exitCode = exitCode;
    this.isClosing = isClosing;
  }
}

export interface LuaStateOptions {
  readonly dialect: DialectName;
  readonly context: Pick<CommandContext, "standardFiles" | "cwd">;
  /** Changes the host before the state gets it. */
  readonly adapt?: (host: Host) => Host;
  /** For tests: see `CreateStateOptions`. Chunks are compiled so that they can be left everywhere. */
  readonly preempter?: () => boolean;
  /**
   * Makes what modules are loaded from, when that may change (`beginGeneration`).
   *
   * @param files Where they are loaded from else.
   */
  readonly moduleFiles?: ((files: ModuleFiles) => ModuleFiles) | undefined;
  /** Whether chunks are compiled for a debugger; as long as one can attach to the process unless said otherwise. */
  readonly isForDebugger?: boolean | undefined;
  /** Whether the debug library reaches all code (`StateOptions.hasDebugAccess`). */
  readonly hasDebugAccess?: boolean | undefined;
}

/**
 * A state for a program that has the process to itself: relative paths are those of `context.cwd`,
 * `os.exit` throws `ProgramExit`.
 */
export function openLuaState(options: LuaStateOptions): LuaState {
  const {
    dialect,
    context,
    adapt,
    preempter,
    moduleFiles,
    isForDebugger = isInspectorOpen(),
    hasDebugAccess,
  } = options;
  const suspension = preempter === undefined ? "normal" : "everywhere";
  const isPlain = preempter === undefined && !isForDebugger;
  const cache = isPlain ? openCompileCache(context.cwd, LOADING) : undefined;
  const node = createNodeHost({
    compile: (source, chunkName, chunk) =>
      cache?.compile(source, chunkName, chunk) ??
      compileChunk(source, chunkName, { ...chunk, suspension }),
    instantiate: (code, scriptName) =>
      cache?.instantiate(code, scriptName) ?? instantiateCode(code, scriptName),
    // Code that can be left everywhere, or that a debugger looks at, is code.
    ...(isPlain && { readEvaluable: evaluableReader() }),
    isHopeless: (source, chunk) => theCompiler().isHopeless(chunkText(source, "=(load)"), chunk),
    builtinModuleSource: (name) => readModuleSource(luaModulesFolder(), name),
  });
  const host: Host = {
    ...node,
    ...(isForDebugger ? theDebuggerHost().debuggerHost({ folder: context.cwd, suspension }) : {}),
    files: { ...rootedFiles(node.files, toBytes(context.cwd)), ...context.standardFiles },
    process: {
      ...node.process,
      exit: (code, isClosing) => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- no error, an end
        throw new ProgramExit(code, isClosing);
      },
    },
  };
  return createState({
    host: adapt === undefined ? host : adapt(host),
    dialect,
    preempter,
    hasDebugAccess,
    moduleFiles: moduleFiles?.(host.files),
  });
}

const LOADING = { instantiate: instantiateCode, parameters: SCRIPT_PARAMETERS };
