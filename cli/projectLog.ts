/**
 * The event log of a project, as its settings say where it is kept: `logStorage.<environment>`, or else, in
 * development, a PostgreSQL of its own, and in tests the memory of the process.
 */
import { isDeepStrictEqual } from "node:util";
import {
  createTemporarySchema,
  LogError,
  MemoryLog,
  openKafkaLog,
  openPostgresLog,
  type LogStorage,
  type PostgresLogOptions,
} from "../runtime/topics/index.ts";
import type { ProjectConfig } from "./config.ts";
import { UserError } from "./errors.ts";
import { readKafkaConnection, type KafkaConnection } from "./kafkaConnection.ts";
import { theEmbeddedPostgres } from "./server.lazy.ts";

export interface ProjectLogOptions {
  /** Absolute path. */
  readonly root: string;
  readonly config: ProjectConfig;
  /** "development", "production", "test" or a name of the user's. */
  readonly environment: string;
  /** PostgreSQL is started; a connection broke that nobody was using, and the log goes on with others. */
  readonly onNotice?: (message: string) => void;
  /** It is for one test: it begins empty, and nothing of it is left in the end. */
  readonly isTemporary?: boolean;
  /** Milliseconds since 1970, for logs that have no clock of their own. */
  readonly now?: () => number;
}

export class ProjectLog {
  private readonly options: ProjectLogOptions;
  private opened: Promise<OpenLog> | undefined = undefined;
  private isClosed = false;

  /** @throws UserError when the settings say nothing that can be opened */
  constructor(options: ProjectLogOptions) {
    this.options = options;
    projectStorage(options);
  }

  /** Whether a log with these settings would be the same. */
  fits(config: ProjectConfig): boolean {
    return isDeepStrictEqual(relevant(config), relevant(this.options.config));
  }

  /** Opens the log at the first call. @throws LogError, also as a rejection */
  async open(): Promise<LogStorage> {
    // Of a request that began before the settings changed.
    if (this.isClosed) throw new LogError("the topics were closed");
    this.opened ??= this.tryToOpen();
    return (await this.opened).log;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const opened = await this.opened?.catch(() => undefined);
    await opened?.close();
  }

  private async tryToOpen(): Promise<OpenLog> {
    try {
      return await openLog(this.options);
    } catch (thrown) {
      // The next call tries again.
      this.opened = undefined;
      if (thrown instanceof UserError) throw new LogError(thrown.message, thrown.hint);
      throw thrown;
    }
  }
}

interface OpenLog {
  readonly log: LogStorage;
  close(): Promise<void>;
}

function relevant({ appName, topics, logStorage }: ProjectConfig): unknown {
  return { appName, topics, logStorage };
}

async function openLog(options: ProjectLogOptions): Promise<OpenLog> {
  const { root, config, onNotice = () => undefined } = options;
  const { topics } = config;
  const storage = projectStorage(options);
  if (storage.driver === "memory") {
    const log = new MemoryLog(topics, options.now);
    return { log, close: () => log.close() };
  }
  if (storage.driver === "kafka") {
    const { replicas, ...connection } = storage.connection;
    const log = await openKafkaLog({ app: config.appName, topics, replicas, ...connection });
    return { log, close: () => log.close() };
  }
  const settings = {
    topics,
    schema: `spacer_${config.appName}`,
    onError: (error: Error) => {
      onNotice(`the event log lost a connection: ${error.message}`);
    },
  };
  if (storage.connString !== undefined) {
    return await openOnPostgres(options, settings, { connectionString: storage.connString });
  }
  const server = await theEmbeddedPostgres().openEmbeddedPostgres({
    root,
    onStart: () => {
      onNotice("starting PostgreSQL for the topics, with its data in .spacer/");
    },
  });
  try {
    const opened = await openOnPostgres(options, settings, server.connection);
    return {
      log: opened.log,
      close: async () => {
        await opened.close();
        await server.close();
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

async function openOnPostgres(
  { isTemporary = false }: ProjectLogOptions,
  settings: Omit<PostgresLogOptions, "connection">,
  connection: PostgresLogOptions["connection"],
): Promise<OpenLog> {
  const temporary = isTemporary
    ? await createTemporarySchema(connection, settings.schema)
    : undefined;
  try {
    const schema = temporary?.name ?? settings.schema;
    const log = await openPostgresLog({ ...settings, schema, connection });
    return {
      log,
      close: async () => {
        await log.close();
        await temporary?.drop();
      },
    };
  } catch (error) {
    await temporary?.drop();
    throw error;
  }
}

export type ProjectStorage =
  | { readonly driver: "memory" }
  | { readonly driver: "kafka"; readonly connection: KafkaConnection }
  /** Without `connString` a PostgreSQL of the project's own. */
  | { readonly driver: "postgres"; readonly connString: string | undefined };

/** @throws UserError for what Kafka can't do */
function checkKafka(place: string, { schedules }: ProjectConfig, isTemporary: boolean): void {
  if (isTemporary) {
    throw new UserError(
      `${place}: tests can't use Kafka, where their topics would not begin empty`,
      "leave it out for a log in memory, or have driver: postgres there",
    );
  }
  if (schedules.length > 0) {
    throw new UserError(
      `${place}: with Kafka there are no schedules`,
      "it can't tell whether another process was first; append from outside, say by cron and writeProxyListen",
    );
  }
}

/** @throws UserError */
export function projectStorage({
  root,
  config,
  environment,
  isTemporary,
}: ProjectLogOptions): ProjectStorage {
  const named = config.logStorage.get(environment);
  if (named?.driver === "memory" || (named === undefined && environment === "test")) {
    return { driver: "memory" };
  }
  const place = `logStorage.${environment}`;
  if (named?.driver === "kafka") {
    checkKafka(place, config, isTemporary === true);
    return { driver: "kafka", connection: readKafkaConnection(named, root, place) };
  }
  if (environment === "production" && named?.connString === undefined) {
    throw new UserError(
      "in production the topics need a database of their own",
      `give ${place}.connString in config/application.yml, as in postgres://user@host/database`,
    );
  }
  const connString = named?.connString;
  // Else it would be complained about as if the server could not be reached. The folder of a socket alone is none.
  if (connString?.startsWith("/") === false && !URL.canParse(connString)) {
    throw new UserError(
      `${place}.connString is no URL`,
      "write it as in postgres://user@host/database, or with the folder of a socket: postgres://user@%2Fvar%2Frun%2Fpostgresql/database",
    );
  }
  return { driver: "postgres", connString };
}
