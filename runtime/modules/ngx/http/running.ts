/** What is running, as far as `ngx` depends on it. */
import { current } from "../../../core/current.ts";
import type { HttpExchange } from "../../../http.ts";
import { callerError } from "../../../stdlib/arguments.ts";
import { originOf } from "../../../topics/origin.ts";
import { entryOf, isInBackground } from "../entry.ts";

/**
 * The request that the running code answers, and its reply.
 *
 * @throws LuaError "API disabled in the context of ngx.timer", "no request found"
 */
export function exchange(): HttpExchange {
  return current.invocation?.request?.exchange ?? refuse();
}

/** Where code runs that answers no request itself; `undefined` in programs. */
export function otherContext(): string | undefined {
  const { invocation, task } = current;
  if (isInBackground(task)) return "ngx.timer";
  if (invocation === undefined || invocation.request !== undefined) return undefined;
  if (invocation.outer !== undefined) return "flow.call";
  return originOf(invocation) === undefined ? undefined : "a trigger";
}

/** Whose `ngx.ctx` it is: that of a call of a function, or of a timer. */
export function contextOwner(): object {
  const { invocation, task } = current;
  if (invocation !== undefined) return invocation;
  return task !== undefined && isInBackground(task) ? entryOf(task) : refuse();
}

/** OpenResty's name for what is running. Of what runs without a request only timers may wait in it. */
export function phase(): string {
  const { invocation, task } = current;
  return isInBackground(task) || invocation?.functionName === undefined ? "timer" : "content";
}

function refuse(): never {
  const context = otherContext();
  return callerError(
    context === undefined ? "no request found" : `API disabled in the context of ${context}`,
  );
}
