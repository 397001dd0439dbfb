/** The database of functions in a PostgreSQL of the project's own, where its settings name none. */
import { Client, escapeIdentifier, type ClientConfig } from "pg";
import { DatabaseError, openPostgresDatabase, type Database } from "../runtime/database/index.ts";
import { openEmbeddedPostgres } from "./embeddedPostgres/index.ts";

export interface OpenDatabase {
  readonly database: Database;
  close(): Promise<void>;
}

export interface Listeners {
  readonly onNotice: (message: string) => void;
  readonly onError: (error: Error) => void;
}

/** In the server of the project, each environment has a database of its own: tests do not meet what is developed with. */
export async function openOwnDatabase(
  root: string,
  environment: string,
  { onNotice, onError }: Listeners,
): Promise<OpenDatabase> {
  const server = await openEmbeddedPostgres({
    root,
    onStart: () => {
      onNotice("starting PostgreSQL for the functions, with its data in .spacer/");
    },
  });
  try {
    const name = `functions_${environment}`.slice(0, MAX_NAME_LENGTH);
    await createDatabase(server.connection, name);
    const connection = { ...server.connection, database: name };
    const database = openPostgresDatabase({ connection, onError });
    return {
      database,
      close: async () => {
        await database.close();
        await server.close();
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** PostgreSQL cuts off what is longer. */
const MAX_NAME_LENGTH = 63;

/** Any two numbers that a program is not likely to lock, and that are not those of sessions (embeddedPostgres/session.ts). */
const CREATION_LOCK = [0x73706163, 0x65726462];

/** Makes it unless it is there. Several commands may do so at the same time. @throws DatabaseError */
async function createDatabase(connection: ClientConfig, name: string): Promise<void> {
  const client = new Client(connection);
  client.on("error", () => undefined); // What runs on it fails.
  try {
    await client.connect();
    await client.query("SELECT pg_advisory_lock($1, $2)", CREATION_LOCK);
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${escapeIdentifier(name)}`);
  } catch (thrown) {
    throw new DatabaseError(`the database can't be made: ${(thrown as Error).message}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}
