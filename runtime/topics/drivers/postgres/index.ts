/** The log on PostgreSQL. */
export { openPostgresLog } from "./postgresLog.ts";
export { createTemporarySchema } from "./temporarySchema.ts";
