/** A project, opened from its files: its settings and a Lua state in which its functions run. */
import { readConfig } from "./config.ts";
import { openLuaState } from "./luaState.ts";
import { openProjectWith, type Project, type ProjectOptions } from "./openProject.ts";

export {
  serverProcess,
  type Mode,
  type Project,
  type ProjectContext,
  type ProjectOptions,
} from "./openProject.ts";

/**
 * Opens the project in a folder. Two open projects share nothing.
 *
 * @param root Absolute path.
 * @throws UserError when its settings are wrong
 */
export function openProject(
  root: string,
  options: Omit<ProjectOptions, "config"> & Partial<Pick<ProjectOptions, "config">>,
): Promise<Project> {
  const config = options.config ?? readConfig(root, options.context.env);
  return openProjectWith(openLuaState, root, { ...options, config });
}
