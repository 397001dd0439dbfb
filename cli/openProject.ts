/**
 * A project, opened: its settings and a Lua state in which its functions run. How the state comes to be is another matter: from
 * files (project.ts), or from a bundle (bundled/nodeState.ts).
 */
import {
  LuaError,
  provideHttpSettings,
  provideSharedDicts,
  type LuaState,
  type ModuleFiles,
} from "../runtime/index.ts";
import type { Host } from "../runtime/host.ts";
import { provideDatabase } from "../runtime/database/index.ts";
import { DictSet, type SharedDict } from "../runtime/sharedDicts/index.ts";
import { provideLog } from "../runtime/topics/index.ts";
import { fromBytes, toBytes } from "./bytes.ts";
import type { CommandContext } from "./command.ts";
import type { ProjectConfig } from "./config.ts";
import { httpSettingsOf } from "./httpConfig.ts";
import type { LuaStateOptions } from "./luaState.ts";
import { limitCollector } from "./host/limitedCollector.ts";
import type { ProjectDatabase } from "./projectDatabase.ts";
import type { ProjectLog } from "./projectLog.ts";
import { PROJECT_DIALECT, SEARCH_PATH, setSearchPath } from "./searchPath.ts";
import { secretHider } from "./secrets.ts";
import { streamFiles } from "./streamFiles.ts";

/** Errors are told to whoever calls in development only. */
export type Mode = "development" | "production";

export interface Project {
  /** Absolute path. */
  readonly root: string;
  readonly mode: Mode;
  readonly config: ProjectConfig;
  readonly state: LuaState;
  /** Where the folders are whose files it publishes. */
  readonly publishedRoot: string;
}

/** `standardFiles` are the streams if undefined. */
export type ProjectContext = Pick<CommandContext, "cwd" | "env" | "stdout" | "stderr"> &
  Partial<Pick<CommandContext, "standardFiles">>;

export interface ProjectOptions {
  readonly mode: Mode;
  readonly context: ProjectContext;
  readonly config: ProjectConfig;
  /** As of `Project`; the root when left out. */
  readonly publishedRoot?: string | undefined;
  /** Makes what its modules are loaded from (luaState.ts). */
  readonly moduleFiles?: (files: ModuleFiles) => ModuleFiles;
  /** Makes what compiles its chunks. @param compile What does it else. */
  readonly compile?: (compile: Host["compile"]) => Host["compile"];
  /** Whether chunks are compiled for a debugger (luaState.ts). */
  readonly isForDebugger?: boolean;
  /** Where its topics are; `undefined` when it has none. */
  readonly log?: ProjectLog | undefined;
  /** Of its functions. */
  readonly database?: ProjectDatabase | undefined;
  /** What is in `ngx.shared`: the dictionaries of the settings, empty, when left out. */
  readonly sharedDicts?: ReadonlyMap<string, SharedDict> | undefined;
}

/**
 * Opens a project. Two open projects share nothing.
 *
 * @param openState Makes the state.
 * @param root Absolute path: where relative ones are.
 */
export function openProjectWith(
  openState: (options: LuaStateOptions) => LuaState,
  root: string,
  options: ProjectOptions,
): Promise<Project> {
  const { mode, context, config, moduleFiles, compile, isForDebugger } = options;
  const state = openState({
    dialect: PROJECT_DIALECT,
    context: {
      cwd: root,
      standardFiles: context.standardFiles ?? streamFiles(context.stdout, context.stderr),
    },
    moduleFiles,
    isForDebugger,
    adapt: (host) => ({
      ...host,
      ...(compile === undefined ? {} : { compile: compile((...chunk) => host.compile(...chunk)) }),
      process: serverProcess(host, config, context.env),
      collector: limitCollector(host.collector, host.clock),
    }),
  });
  setSearchPath(state, SEARCH_PATH);
  provideSharedDicts(
    state,
    options.sharedDicts ?? new DictSet(() => Date.now()).configure(config.sharedDicts),
  );
  provideHttpSettings(state, httpSettingsOf(config));
  const { log, database } = options;
  if (log !== undefined) provideLog(state, () => log.open());
  if (database !== undefined) provideDatabase(state, () => database.open());
  const { publishedRoot = root } = options;
  return Promise.resolve({ root, mode, config, state, publishedRoot });
}

/** Lets a request call any function, so it is as secret as any variable. */
const TOKEN_VARIABLE = "SPACER_INTERNAL_TOKEN";

/**
 * A function sees the environment variables of the settings only, and can't end the server. Messages of its errors show
 * none of their values.
 *
 * @param env What the environment of the process does not set is taken from here.
 */
export function serverProcess(
  { process }: Host,
  { envVar }: ProjectConfig,
  env: CommandContext["env"],
): Host["process"] & Required<Pick<Host["process"], "hideSecrets">> {
  const valueOf = (name: string): string | undefined => {
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    return process.environmentVariable(toBytes(name)) ?? (value && toBytes(value));
  };
  const readable = new Set(envVar);
  const secrets = [...readable, TOKEN_VARIABLE].map(
    (name) => [name, fromBytes(valueOf(name) ?? "")] as const,
  );
  return {
    ...process,
    environmentVariable: (name) => {
      const key = fromBytes(name);
      return readable.has(key) ? valueOf(key) : undefined;
    },
    hideSecrets: secretHider(secrets),
    exit: (): never => {
      throw new LuaError("os.exit is not available to a function: it would end the server");
    },
  };
}
