/** The handler of a function in a page, or on any other engine. */
import type { LuaState } from "../../runtime/index.ts";
import { createHandler, type Handler, type HandlerSettings } from "./handler.ts";
import type { BundledRuntime } from "./nodeState.ts";
import { openPortableState } from "./portable/portableState.ts";

export function createBrowserHandler(
  runtime: BundledRuntime,
  { name, limits, readable }: HandlerSettings,
  prepare?: (state: LuaState) => void,
): Handler {
  return createHandler({
    name,
    limits,
    openState: (environment) => {
      const state = openPortableState(runtime, { place: "a browser", readable, environment });
      prepare?.(state);
      return state;
    },
  });
}
