/**
 * The database of a project's functions, as its settings say where it is: `database.<environment>` and `SPACER_DATABASE_...`,
 * or else, but for production, one in a PostgreSQL of the project's own.
 */
import { isDeepStrictEqual } from "node:util";
import type { ClientConfig } from "pg";
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
import { UserError } from "./errors.ts";
import type { OpenDatabase } from "./ownDatabase.ts";
import { CONFIG_FILE } from "./projectRoot.ts";
import { theOwnDatabase } from "./server.lazy.ts";

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
    return await theOwnDatabase().openOwnDatabase(root, environment, { limits, onNotice, onError });
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

function limitsOf({ pool, statementTimeout, maxResult }: DatabaseConfig) {
  return {
    maxConnections: pool.max,
    idleMs: pool.idle,
    waitMs: pool.wait,
    statementTimeoutMs: statementTimeout,
    maxResultBytes: maxResult,
  };
}
