/** The programs of a project that serve nothing. */
import type { Host } from "../runtime/host.ts";
import { provideDatabase } from "../runtime/database/index.ts";
import type { LuaState } from "../runtime/index.ts";
import { provideLog } from "../runtime/topics/index.ts";
import type { CommandContext } from "./command.ts";
import { openLuaState } from "./luaState.ts";
import type { ProjectDatabase } from "./projectDatabase.ts";
import type { ProjectLog } from "./projectLog.ts";
import { PROGRAM_SEARCH_PATH, PROJECT_DIALECT, setSearchPath } from "./searchPath.ts";

export interface ProgramStateOptions {
  /** Whether the debug library reaches all code. */
  readonly hasDebugAccess?: boolean | undefined;
  /** Where the project's topics are; `undefined` when it has none. */
  readonly log?: Pick<ProjectLog, "open"> | undefined;
  readonly database?: ProjectDatabase | undefined;
  /** Changes the host before the state gets it. */
  readonly adapt?: ((host: Host) => Host) | undefined;
}

/**
 * A state for a program that belongs to a project, such as a test: it finds the project's modules
 * and those in test/, but has the process to itself.
 */
export function openProgramState(
  root: string,
  context: Pick<CommandContext, "standardFiles" | "cwd">,
  { log, database, adapt, hasDebugAccess }: ProgramStateOptions = {},
): LuaState {
  const state = openLuaState({
    dialect: PROJECT_DIALECT,
    context: { standardFiles: context.standardFiles, cwd: root },
    ...(adapt === undefined ? {} : { adapt }),
    hasDebugAccess,
  });
  setSearchPath(state, PROGRAM_SEARCH_PATH);
  if (log !== undefined) provideLog(state, () => log.open());
  if (database !== undefined) provideDatabase(state, () => database.open());
  return state;
}
