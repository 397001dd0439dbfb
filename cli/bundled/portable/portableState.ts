/** A Lua state for the functions of a project, on any engine. */
import { createStateWith, type LuaState } from "../../../runtime/index.ts";
import { PROJECT_DIALECT, SEARCH_PATH, setSearchPath } from "../../searchPath.ts";
import type { BundledRuntime } from "../nodeState.ts";
import { createPortableHost, type PortableHostOptions } from "./portableHost.ts";

/** @param runtime Without a compiler. */
export function openPortableState(
  { program, libraries, helpers }: BundledRuntime,
  options: Omit<PortableHostOptions, "program">,
): LuaState {
  const host = createPortableHost({ ...options, program });
  const state = createStateWith({
    host,
    dialect: PROJECT_DIALECT,
    helpers,
    libraries,
    moduleFiles: host.files,
  });
  setSearchPath(state, SEARCH_PATH);
  return state;
}
