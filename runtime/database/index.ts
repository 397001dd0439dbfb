/** The door to databases: the interface, its driver, and how a host provides one. */
export {
  DatabaseError,
  type Database,
  type Session,
  type Statement,
  type StatementResult,
} from "./database.ts";
export {
  DEFAULT_CONNECTIONS,
  openPostgresDatabase,
  type PostgresOptions,
} from "./postgres/postgresDatabase.ts";
export { provideDatabase } from "./provided.ts";
