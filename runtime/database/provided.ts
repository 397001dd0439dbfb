/** The database of a state's project: opened by the host, used by the module `db`. */
import type { LuaState } from "../core/state.ts";
import { CANNOT_CONNECT, DatabaseError, type Database } from "./database.ts";

const openers = new WeakMap<LuaState, () => Promise<Database>>();

/** @param open Is called at each use: the host says when the database is really opened. */
export function provideDatabase(state: LuaState, open: () => Promise<Database>): void {
  openers.set(state, open);
}

/** Rejects with a `DatabaseError` when there is none, or it can't be opened. */
export function databaseOf(state: LuaState): Promise<Database> {
  const open = openers.get(state);
  if (open !== undefined) return open();
  const message = "there is no database: only projects have one (spacer run --project)";
  return Promise.reject(new DatabaseError(message, { code: CANNOT_CONNECT }));
}
