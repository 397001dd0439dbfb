/**
 * The database of a project, as functions use it; terms:
 *
 * - A *session* is a connection that somebody has for himself, until he releases it. Whoever gets it next finds nothing
 *   of what was left in it: no transaction, no settings, no cursor.
 * - A *statement* is what is sent at once. Values travel beside its text, never in it.
 *
 * Values are text here, as PostgreSQL writes and reads them; what they are to Lua is known to `modules/db`.
 */

/** What is sent for `$1`, `$2`, ...: text, bytes as they are, or NULL. */
export type Parameter = string | Uint8Array | null;

export interface Statement {
  readonly text: string;
  readonly parameters: readonly Parameter[];
  /** Whether it must be one SQL command; else, without parameters, it can be several. */
  readonly isSingle?: boolean;
}

export interface Column {
  readonly name: string;
  /** The id of its type (`pg_type.oid`). */
  readonly typeId: number;
}

/** What one SQL command gave. */
export interface StatementResult {
  /** "SELECT", "INSERT", "CREATE", ...; "" for an empty one. */
  readonly command: string;
  /** How many rows it found or changed; `undefined` for commands that don't count. */
  readonly rowCount: number | undefined;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/**
 * Hears of rows that have come and were read, a packet of the connection at a time.
 *
 * @param cpuMs What reading them took.
 */
export type OnRead = (cpuMs: number) => void;

/** A statement on its way. */
export interface RunningStatement {
  /** One for each SQL command. Rejects with a `DatabaseError`. */
  readonly results: Promise<readonly StatementResult[]>;
  /** Nobody waits for it any more: it is stopped, also in the database. */
  readonly cancel: () => void;
}

export type TransactionStatus = "idle" | "open" | "failed";

export interface Session {
  /** As it was after the last statement. */
  readonly transactionStatus: TransactionStatus;
  /** Statements of a session run one after the other. */
  run(statement: Statement, onRead?: OnRead): RunningStatement;
  /** Stops what runs, rolls back what is open, and gives the connection to whoever waits for one. Later calls do nothing. */
  release(): void;
}

export interface Database {
  /** A session of one's own; those who wait get one in the order in which they came. Rejects with a `DatabaseError`. */
  connect(): Promise<Session>;
  /** Ends all sessions, those in use too. */
  close(): Promise<void>;
}

/** What PostgreSQL says of an error, beside the message. */
export interface ErrorDetails {
  /** SQLSTATE: "23505" for a duplicate key. */
  readonly code?: string | undefined;
  readonly severity?: string | undefined;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly dataType?: string | undefined;
  readonly constraint?: string | undefined;
  /** In the text of the statement, from 1. */
  readonly position?: number | undefined;
}

/** The database refused a statement, or can't be reached. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  readonly details: ErrorDetails;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message);
    this.details = details;
  }
}

/** SQLSTATE codes of what happens on this side. */
export const RESULT_TOO_LARGE = "54000";
export const CONNECTION_FAILURE = "08006";
export const CANNOT_CONNECT = "08001";
export const TOO_MANY_CONNECTIONS = "53300";
