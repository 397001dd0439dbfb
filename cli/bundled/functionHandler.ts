/** The handler of a function on Node: it has files, sockets and a CPU budget, as functions of a server have. */
import type { LuaState } from "../../runtime/index.ts";
import { PROJECT_DIALECT, SEARCH_PATH, setSearchPath } from "../searchPath.ts";
import { createHandler, type Handler, type HandlerSettings } from "./handler.ts";
import { openBundledState, type BundledRuntime } from "./nodeState.ts";
import { readableProcess, type Environment } from "./readableProcess.ts";

export function createFunctionHandler(
  runtime: BundledRuntime,
  settings: HandlerSettings,
  prepare?: (state: LuaState) => void,
): Handler {
  const { name, limits, readable } = settings;
  const openState = (environment: () => Environment): LuaState => {
    const state = openBundledState(runtime, {
      dialect: PROJECT_DIALECT,
      context: { cwd: process.cwd(), standardFiles: undefined },
      adapt: (host) => ({
        ...host,
        process: { ...host.process, ...readableProcess({ readable, environment }) },
      }),
    });
    setSearchPath(state, SEARCH_PATH);
    prepare?.(state);
    return state;
  };
  return createHandler({ name, limits, openState });
}
