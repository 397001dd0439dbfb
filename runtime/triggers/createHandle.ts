/** What the dispatcher calls functions with. */
import type { TakeSpan } from "../core/span.ts";
import type { LuaState } from "../core/state.ts";
import type { Handle } from "../topics/index.ts";
import { callHandler } from "./callHandler.ts";

/**
 * @param state The newest of the project: an event that is being handled goes on in the one it began with.
 * @param onSpan Called at the end of each span of each call.
 */
export function createHandle(state: () => LuaState, onSpan?: TakeSpan): Handle {
  return ({ handler, event, attempt, fence }) =>
    callHandler(state(), {
      name: handler.run,
      event,
      attempt,
      fence,
      isHeldBack: false,
      timeoutMs: handler.timeoutMs,
      onSpan,
    });
}
