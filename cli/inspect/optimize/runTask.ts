/** One call of Lua code from outside, within limits. */
import {
  Invocation,
  Task,
  type InvocationLimits,
  type LuaState,
  type LuaValue,
  type Results,
} from "../../../runtime/index.ts";

export interface TaskOptions {
  readonly callee: LuaValue;
  readonly values: readonly LuaValue[];
  readonly limits: InvocationLimits;
}

/**
 * Calls a value as the gateway calls functions; the call may wait.
 *
 * Rejects with a `LuaError`, with `Stopped` beyond the limits, or with a bug of ours.
 */
export function runTask(
  state: LuaState,
  { callee, values, limits }: TaskOptions,
): Promise<readonly LuaValue[]> {
  return new Promise((resolve, reject) => {
    const ended = (results: Results): void => {
      resolve(Array.isArray(results) ? (results as readonly LuaValue[]) : [results as LuaValue]);
    };
    const invocation = new Invocation(state, limits);
    new Task(state, { ended, failed: reject }, invocation).start(callee, values);
  });
}
