/** The Lua states of a bundle that runs on Node: as cli/luaState.ts makes them, but for where code comes from. */
import { createStateWith, type LibrarySet, type LuaState } from "../../runtime/index.ts";
import type { Host } from "../../runtime/host.ts";
import { toBytes } from "../bytes.ts";
import { createNodeHost } from "../host/nodeHost.ts";
import type { LuaStateOptions } from "../luaState.ts";
import { rootedFiles } from "../rootedFiles.ts";
import type { BundledCompiler, BundledProgram } from "./bundle.ts";
import { createChunkHost } from "./chunkHost.ts";

/** The used part of the runtime. */
export interface BundledRuntime {
  readonly program: BundledProgram;
  readonly libraries: LibrarySet;
  /** What `compiler` needs: all functions of runtime/helpers. Files that were compiled before have theirs. */
  readonly helpers: object;
  readonly compiler: BundledCompiler | undefined;
}

/** Modules are those of the bundle; other files are those of `context.cwd`. `os.exit` is for `adapt` to say. */
export function openBundledState(
  runtime: BundledRuntime,
  { dialect, context, adapt, moduleFiles }: LuaStateOptions,
): LuaState {
  const chunks = createChunkHost(runtime.program, runtime.compiler);
  const node = createNodeHost(chunks);
  const files = rootedFiles(node.files, toBytes(context.cwd));
  const host: Host = {
    ...node,
    emittedPlace: chunks.emittedPlace,
    files: {
      ...files,
      // `loadfile` and `dofile` of what is in the bundle.
      read: (path) => (chunks.files.exists(path) ? chunks.files.read(path) : files.read(path)),
      ...context.standardFiles,
    },
  };
  const { helpers, libraries } = runtime;
  return createStateWith({
    host: adapt === undefined ? host : adapt(host),
    dialect,
    helpers,
    libraries,
    moduleFiles: moduleFiles?.(chunks.files) ?? chunks.files,
  });
}
