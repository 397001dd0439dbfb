/** Programs that use a real database: the embedded server, in a folder of its own, with a database for a file of tests. */
import { openLuaState } from "../../../cli/luaState.ts";
import type { InvocationLimits } from "../../core/invocation.ts";
import type { LuaState } from "../../core/state.ts";
import { startTask, type Run } from "../../core/task.testkit.ts";
import {
  openPostgresDatabase,
  provideDatabase,
  type Database,
  type PostgresOptions,
} from "../../database/index.ts";
import { useTestServer, type TestServer } from "../../topics/drivers/postgres/server.testkit.ts";

export interface TestDatabase {
  readonly server: TestServer;
  /** A state of its own, with a database of these settings. */
  readonly open: (options?: Partial<PostgresOptions>, preempter?: () => boolean) => LuaState;
  /** What a program ends with. `db` is a local variable in it. */
  readonly outcomeOf: (
    source: string,
    options?: { state?: LuaState; limits?: InvocationLimits },
  ) => Promise<readonly unknown[]>;
}

/** Is called once in a file. */
export function useTestDatabase(): TestDatabase {
  const server = useTestServer();
  const databases: Database[] = [];
  const open: TestDatabase["open"] = (options = {}, preempter) => {
    const database = openPostgresDatabase({ connection: server.connection, ...options });
    databases.push(database);
    const context = { cwd: __dirname, standardFiles: undefined };
    const state = openLuaState({
      dialect: "openresty",
      context,
      ...(preempter === undefined ? {} : { preempter }),
    });
    provideDatabase(state, () => Promise.resolve(database));
    return state;
  };
  afterEach(async () => {
    await Promise.all(databases.splice(0).map((database) => database.close()));
  });
  return {
    server,
    open,
    outcomeOf: async (source, { state = open(), limits } = {}) =>
      endOf(start(state, source, limits)),
  };
}

export function start(state: LuaState, source: string, limits = GENEROUS): Run {
  return startTask(state, `local db = require "db" ${source}`, { limits });
}

/** Those of an invocation, so that connections belong to one. */
const GENEROUS: InvocationLimits = { cpuMs: 60_000, timeoutMs: 60_000 };

export async function endOf({ outcome }: Run): Promise<readonly unknown[]> {
  while (outcome()[0] === "running") await new Promise((resolve) => setTimeout(resolve, 1));
  return outcome();
}
