/** The log of a state's project: opened by the host, used by the module `topics`. */
import type { LuaState } from "../core/state.ts";
import { LogError, type LogStorage } from "./storage.ts";

const openers = new WeakMap<LuaState, () => Promise<LogStorage>>();

/** @param open Is called at each use: the host says when the log is really opened. */
export function provideLog(state: LuaState, open: () => Promise<LogStorage>): void {
  openers.set(state, open);
}

/** Rejects with a `LogError` when there is none, or it can't be opened. */
export function logOf(state: LuaState): Promise<LogStorage> {
  const open = openers.get(state);
  if (open !== undefined) return open();
  return Promise.reject(
    new LogError("there are no topics", "a project names its topics in config/application.yml"),
  );
}
