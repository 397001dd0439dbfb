/**
 * The database of a project's functions, as its settings say where it is: `database.<environment>` and `SPACER_DATABASE_...`,
 * or else, but for production, one in a PostgreSQL of the project's own.
 */
import { isDeepStrictEqual } from "node:util";
import { Client, escapeIdentifier, type ClientConfig } from "pg";
import {
  DatabaseError,
  DEFAULT_CONNECTIONS,
  openPostgresDatabase,
  type Database,
} from "../runtime/database/index.ts";
import { readCertificates } from "./certificates.ts";
import type { CommandContext } from "./command.ts";
import type { ProjectConfig } from "./config.ts";
import { databaseConfigOf, namesServer, type DatabaseConfig } from "./databaseConfig.ts";
import { openEmbeddedPostgres } from "./embeddedPostgres/index.ts";
import { UserError } from "./errors.ts";
import { CONFIG_FILE } from "./projectRoot.ts";

export interface ProjectDatabaseOptions {
  /** Absolute path. */
  readonly root: string;
  readonly config: Pick<ProjectConfig, "database">;
  /** "development", "production", "test" or a name of the user's. */
  readonly environment: string;
  readonly env: CommandContext["env"];
  /** PostgreSQL is started; a connection broke that nobody was using, and others take its place. */
  readonly onNotice?: (message: string) => void;
}

export class ProjectDatabase {
  private readonly options: ProjectDatabaseOptions;
  /** Without a place they are for a PostgreSQL of the project's own. */
  private readonly settings: DatabaseConfig | undefined;
  private opened: Promise<OpenDatabase> | undefined = undefined;
  private isClosed = false;

  /** @throws UserError when the settings contradict each other, or an environment variable is wrong */
  constructor(options: ProjectDatabaseOptions) {
    this.options = options;
    this.settings = settingsOf(options);
    const { settings } = this;
    if (settings !== undefined && namesServer(settings)) connectionOf(settings, options);
  }

  /** Whether a database with these settings would be the same. */
  fits(config: Pick<ProjectConfig, "database">): boolean {
    return isDeepStrictEqual(config.database, this.options.config.database);
  }

  /** Opens the database at the first call. @throws DatabaseError, also as a rejection */
  async open(): Promise<Database> {
    // Of a request that began before the settings changed.
    if (this.isClosed) throw new DatabaseError("the database was closed");
    this.opened ??= this.tryToOpen();
    return (await this.opened).database;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const opened = await this.opened?.catch(() => undefined);
    await opened?.close();
  }

  private async tryToOpen(): Promise<OpenDatabase> {
    try {
      return await this.openDatabase();
    } catch (thrown) {
      // The next call tries again.
      this.opened = undefined;
      if (thrown instanceof UserError) {
        const { message, hint } = thrown;
        throw new DatabaseError(hint === undefined ? message : `${message} (${hint})`);
      }
      throw thrown;
    }
  }

  private async openDatabase(): Promise<OpenDatabase> {
    const { options, settings } = this;
    const { root, environment, onNotice = () => undefined } = options;
    const onError = (error: Error): void => {
      onNotice(`the database lost a connection: ${error.message}`);
    };
    if (settings !== undefined && namesServer(settings)) {
      const connection = connectionOf(settings, options);
      const database = openPostgresDatabase({ connection, ...limitsOf(settings), onError });
      return { database, close: () => database.close() };
    }
    if (environment === "production") {
      throw new UserError(
        "in production functions need a database of their own",
        `give database.production in ${CONFIG_FILE}, as in { host: db.example, database: shop, user: shop }, or SPACER_DATABASE_CONN_STRING`,
      );
    }
    const limits = settings === undefined ? {} : limitsOf(settings);
    return await openOwnDatabase(root, environment, { limits, onNotice, onError });
  }
}

interface OpenDatabase {
  readonly database: Database;
  close(): Promise<void>;
}

interface OwnOptions {
  readonly limits: Partial<ReturnType<typeof limitsOf>>;
  readonly onNotice: (message: string) => void;
  readonly onError: (error: Error) => void;
}

/** In the server of the project, each environment has a database of its own: tests do not meet what is developed with. */
async function openOwnDatabase(
  root: string,
  environment: string,
  { limits, onNotice, onError }: OwnOptions,
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
    const database = openPostgresDatabase({ connection, ...limits, onError });
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

/**
 * How the database is reached, and how many connections a process has at most; `undefined` for a PostgreSQL of the
 * project's own.
 *
 * @throws UserError
 */
export function databaseConnection(
  options: ProjectDatabaseOptions,
): { readonly connection: ClientConfig; readonly maxConnections: number } | undefined {
  const settings = settingsOf(options);
  if (settings === undefined) return undefined;
  const connection = connectionOf(settings, options);
  return { connection, maxConnections: settings.pool.max ?? DEFAULT_CONNECTIONS };
}

function settingsOf(options: ProjectDatabaseOptions): DatabaseConfig | undefined {
  const { config, environment, env } = options;
  return databaseConfigOf(config.database.get(environment), env);
}

/** @throws UserError */
function connectionOf(
  settings: DatabaseConfig,
  { root, environment }: ProjectDatabaseOptions,
): ClientConfig {
  const place = `database.${environment}`;
  const { connString, host = "localhost", port = 5432, database, user, password } = settings;
  const { ssl: given } = settings;
  const ssl = typeof given === "object" ? readCertificates(given, root, `${place}.ssl`) : given;
  const encryption = ssl === undefined ? {} : { ssl };
  if (connString !== undefined) {
    const other = (["host", "port", "database", "user"] as const).find(
      (key) => settings[key] !== undefined,
    );
    if (other !== undefined) {
      throw new UserError(
        `${place} has both connString and ${other}`,
        "the URL says all of it: write postgres://user@host:port/database",
      );
    }
    if (!/^postgres(?:ql)?:\/\//.test(connString) || !URL.canParse(connString)) {
      throw new UserError(
        `${place}.connString is no URL of PostgreSQL`,
        "write it as in postgres://user@host/database, or with the folder of a socket: postgres://user@%2Fvar%2Frun%2Fpostgresql/database",
      );
    }
    const url = new URL(connString);
    // There may be no host that it could stand in front of.
    if (password !== undefined) url.searchParams.set("password", password);
    return { connectionString: url.href, ...encryption };
  }
  if (database === undefined || user === undefined) {
    const key = database === undefined ? "database" : "user";
    throw new UserError(`${place} has no ${key}`, `write ${key}: shop, or give connString`);
  }
  return {
    host,
    port,
    database,
    user,
    ...(password === undefined ? {} : { password }),
    ...encryption,
  };
}

function limitsOf({ pool, statementTimeout }: DatabaseConfig) {
  return {
    maxConnections: pool.max,
    idleMs: pool.idle,
    waitMs: pool.wait,
    statementTimeoutMs: statementTimeout,
  };
}
