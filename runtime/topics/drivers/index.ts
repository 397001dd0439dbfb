/** What keeps a log: one entry for each driver. */
export { MemoryLog } from "./memory.ts";
export { openPostgresLog, type PostgresLogOptions } from "./postgres/postgresLog.ts";
