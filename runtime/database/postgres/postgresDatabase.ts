/** A PostgreSQL database, with a pool of connections that sessions take turns with (postgresSession.ts). */
import { Pool, type ClientConfig, type PoolClient } from "pg";
import {
  CANNOT_CONNECT,
  DatabaseError,
  TOO_MANY_CONNECTIONS,
  type Database,
  type Session,
} from "../database.ts";
import { sendCancelRequest, type SessionKey } from "./cancelRequest.ts";
import { isServerError, reasonOf } from "./errors.ts";
import { PooledClient } from "./pooledClient.ts";
import { PostgresSession } from "./postgresSession.ts";

export interface PostgresOptions {
  readonly connection: ClientConfig;
  /** How many connections there are at most. */
  readonly maxConnections?: number | undefined;
  /** How long one that nobody uses is kept. */
  readonly idleMs?: number | undefined;
  /** How long to wait for one. */
  readonly waitMs?: number | undefined;
  /** After which the server itself ends a statement; never when left out. */
  readonly statementTimeoutMs?: number | undefined;
  /** How much a result may take. */
  readonly maxResultBytes?: number | undefined;
  /** Told of connections that broke while nobody used them. */
  readonly onError?: (error: Error) => void;
}

/** In each process. */
export const DEFAULT_CONNECTIONS = 10;
const DEFAULT_IDLE_MS = 10_000;
const DEFAULT_WAIT_MS = 5000;
const DEFAULT_RESULT_BYTES = 256 * 2 ** 20;

/** Connects to nothing yet. */
export function openPostgresDatabase(options: PostgresOptions): Database {
  return new PostgresDatabase(options);
}

class PostgresDatabase implements Database {
  private readonly pool: Pool;
  private readonly clients = new WeakMap<PoolClient, PooledClient>();
  private readonly sessions = new Set<PostgresSession>();
  private readonly maxConnections: number;
  private readonly waitMs: number;
  private readonly maxResultBytes: number;
  private closing: Promise<void> | undefined = undefined;

  constructor(options: PostgresOptions) {
    const { connection, onError = () => undefined } = options;
    this.maxConnections = options.maxConnections ?? DEFAULT_CONNECTIONS;
    this.waitMs = options.waitMs ?? DEFAULT_WAIT_MS;
    this.maxResultBytes = options.maxResultBytes ?? DEFAULT_RESULT_BYTES;
    this.pool = new Pool({
      application_name: "spacer",
      keepAlive: true,
      ...connection,
      max: this.maxConnections,
      idleTimeoutMillis: options.idleMs ?? DEFAULT_IDLE_MS,
      connectionTimeoutMillis: this.waitMs,
      allowExitOnIdle: true,
      ...(options.statementTimeoutMs === undefined
        ? {}
        : { statement_timeout: options.statementTimeoutMs }),
    });
    this.pool.on("error", onError);
  }

  async connect(): Promise<Session> {
    if (this.closing !== undefined) throw closed();
    const client = await this.take();
    const session = new PostgresSession(this.pooled(client), {
      cancel: (key) => this.cancel(client, key),
      onReleased: (released) => {
        this.sessions.delete(released);
      },
    });
    this.sessions.add(session);
    // It was closed meanwhile.
    if (this.isClosing()) {
      session.destroy();
      throw closed();
    }
    return session;
  }

  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private isClosing(): boolean {
    return this.closing !== undefined;
  }

  private async end(): Promise<void> {
    for (const session of this.sessions) session.destroy();
    await this.pool.end();
  }

  private async take(): Promise<PoolClient> {
    const { pool, maxConnections, waitMs } = this;
    const isFull = pool.totalCount >= maxConnections && pool.idleCount === 0;
    try {
      return await pool.connect();
    } catch (thrown) {
      if (!isServerError(thrown) && isFull && isTimeout(thrown)) {
        throw new DatabaseError(
          `no connection to the database was free within ${String(waitMs / 1000)} s (pool.max is ${String(maxConnections)})`,
          { code: TOO_MANY_CONNECTIONS },
        );
      }
      const reason = isTimeout(thrown)
        ? `no answer within ${String(waitMs / 1000)} s`
        : reasonOf(thrown);
      const code = isServerError(thrown) ? thrown.code : CANNOT_CONNECT;
      throw new DatabaseError(`the database can't be reached: ${reason}`, { code });
    }
  }

  private pooled(client: PoolClient): PooledClient {
    let pooled = this.clients.get(client);
    if (pooled === undefined) {
      pooled = new PooledClient(client, this.maxResultBytes);
      this.clients.set(client, pooled);
    }
    return pooled;
  }

  /** Where a connection string says so, only the connection itself knows where it leads. */
  private cancel(client: PoolClient, key: SessionKey): Promise<boolean> {
    const { host, port } = client as PoolClient & { host: string; port: number };
    const { ssl } = client as PoolClient & { ssl: ClientConfig["ssl"] };
    return sendCancelRequest({ host, port, ssl }, key);
  }
}

function closed(): DatabaseError {
  return new DatabaseError("the database was closed", { code: CANNOT_CONNECT });
}

/** By the texts of `pg-pool`, which gives nothing else. */
function isTimeout(thrown: unknown): boolean {
  return /timeout exceeded when trying to connect|due to connection timeout/.test(reasonOf(thrown));
}
