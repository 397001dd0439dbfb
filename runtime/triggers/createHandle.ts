/** What the dispatcher calls functions with. */
import type { LuaState } from "../core/state.ts";
import type { Handle } from "../topics/index.ts";
import { callHandler } from "./callHandler.ts";

/** @param state The newest of the project: an event that is being handled goes on in the one it began with. */
export function createHandle(state: () => LuaState): Handle {
  return ({ handler, event, attempt, fence }) =>
    callHandler(state(), {
      name: handler.run,
      event,
      attempt,
      fence,
      isHeldBack: false,
      timeoutMs: handler.timeoutMs,
    });
}
