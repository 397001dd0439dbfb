/** Where the Lua code of a project looks for modules, and its dialect. */
import { LuaTable, type LuaState } from "../runtime/index.ts";

/** As OpenResty ran the original's projects. */
export const PROJECT_DIALECT = "openresty";

/** Where projects look for modules. Relative, so that messages name files from the root. */
export const SEARCH_PATH = ["app/?.lua", "lib/?.lua"];

/** Where programs that belong to a project do, its tests among them. */
export const PROGRAM_SEARCH_PATH = [...SEARCH_PATH, "test/?.lua"];

/** Sets `package.path`, to nowhere but these places: libraries in C are not looked for, either. */
export function setSearchPath(state: LuaState, templates: readonly string[]): void {
  const library = state.globals.getString("package");
  if (!(library instanceof LuaTable)) return;
  library.setString("path", templates.join(";"));
  library.setString("cpath", "");
}
