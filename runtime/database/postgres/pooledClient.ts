/**
 * What has to be known of a connection of the pool, whoever has it: whether the server is ready for another statement,
 * whether it is of any use, and whether a session left something in it.
 */
import { Query, type PoolClient, type QueryArrayConfig, type QueryArrayResult } from "pg";
import {
  DatabaseError,
  RESULT_TOO_LARGE,
  type OnRead,
  type Statement,
  type StatementResult,
  type TransactionStatus,
} from "../database.ts";
import { endsConnection, statementError } from "./errors.ts";
import type { SessionKey } from "./cancelRequest.ts";
import { RowMeter, type RowMessage } from "./rowMeter.ts";

/** What `pg` has beyond its declared types. */
type Client = PoolClient &
  SessionKey & {
    getTransactionStatus(): string | null;
    readonly connection: { readonly stream: { destroy(): void } };
  };

/** `command` is null for a statement without any. */
type Result = Omit<QueryArrayResult<(string | null)[]>, "command"> & {
  readonly command: string | null;
};

/** Values stay the text that came. */
const AS_TEXT = { getTypeParser: () => (text: string) => text };

/**
 * Commands behind which a connection is as it was. All others, and statements that mention what reaches beyond their
 * transaction, make a session leave something.
 */
const TRACELESS = new Set(
  "SELECT INSERT UPDATE DELETE MERGE BEGIN START COMMIT ROLLBACK SAVEPOINT RELEASE DECLARE FETCH CLOSE SHOW EXPLAIN".split(
    " ",
  ),
);
const LEAVES_SOMETHING = /set_config|advisory_lock|\b(?:temp|temporary)\b|\bwith\s+hold\b/i;

interface CallbackQuery extends Query {
  callback: (error: Error | null, results: Result | Result[]) => void;
  handleDataRow: (message: RowMessage) => void;
}

/** How a statement runs. */
export interface RunOptions {
  readonly onRead?: OnRead | undefined;
  /** Its result is more than may be kept: it is to be stopped in the server. */
  readonly onTooLarge?: () => void;
}

export class PooledClient {
  /** The connection is of no more use. */
  isBroken = false;
  /** What a session did may still show to the next. */
  isDirty = false;
  private readonly client: Client;
  private readonly maxResultBytes: number;
  private isReady = true;
  /** Of the statement that runs. */
  private meter: RowMeter | undefined = undefined;
  private onReady: (() => void) | undefined = undefined;

  constructor(client: PoolClient, maxResultBytes: number) {
    this.client = client as Client;
    this.maxResultBytes = maxResultBytes;
    client.on("drain", () => {
      this.becomeReady();
    });
    client.on("error", () => {
      this.breakOff();
    });
    client.on("end", () => {
      this.breakOff();
    });
  }

  get key(): SessionKey {
    return this.client;
  }

  get transactionStatus(): TransactionStatus {
    switch (this.client.getTransactionStatus()) {
      case "T":
        return "open";
      case "E":
        return "failed";
      default:
        return "idle";
    }
  }

  /**
   * Runs a statement; no other one may run.
   *
   * @throws DatabaseError as a rejection, when the server is ready for the next statement
   */
  async run(
    statement: Statement,
    { onRead, onTooLarge = ignore }: RunOptions = {},
  ): Promise<readonly StatementResult[]> {
    this.isReady = false;
    const { maxResultBytes: maxBytes } = this;
    const meter = new RowMeter({ maxBytes, onRead, onTooLarge });
    this.meter = meter;
    const mayMark = LEAVES_SOMETHING.test(statement.text);
    try {
      const results = await this.send(statement, meter);
      if (mayMark || results.some(({ command }) => !isTraceless(command))) this.isDirty = true;
      if (meter.isTooLarge) throw tooLarge(maxBytes);
      return results.map(toStatementResult);
    } catch (thrown) {
      // Of several commands some may have been done.
      this.isDirty = true;
      if (!(thrown instanceof DatabaseError) && endsConnection(thrown)) this.isBroken = true;
      else await this.ready();
      throw meter.isTooLarge && !this.isBroken ? tooLarge(maxBytes) : statementError(thrown);
    } finally {
      this.meter = undefined;
    }
  }

  /** Nobody wants the rows of the statement that runs. */
  dropRows(): void {
    if (this.meter !== undefined) this.meter.isDropping = true;
  }

  release(): void {
    this.client.release(this.isBroken);
  }

  /** Ends the connection, whatever it does. What runs on it fails. */
  destroy(): void {
    this.isBroken = true;
    this.client.connection.stream.destroy();
  }

  private send(
    { text, parameters, isSingle = false }: Statement,
    meter: RowMeter,
  ): Promise<readonly Result[]> {
    return new Promise((resolve, reject) => {
      const config: QueryArrayConfig & { queryMode?: "extended" } = {
        text,
        values: [...parameters],
        rowMode: "array",
        types: AS_TEXT,
        ...(isSingle ? { queryMode: "extended" } : {}),
      };
      const query = new Query(config) as CallbackQuery;
      query.callback = (error, results) => {
        if (error !== null) reject(error);
        else resolve(Array.isArray(results) ? results : [results]);
      };
      const keep = query.handleDataRow.bind(query);
      query.handleDataRow = (message) => {
        if (meter.take(message)) keep(message);
      };
      this.client.query(query);
    });
  }

  private ready(): Promise<void> {
    if (this.isReady) return Promise.resolve();
    return new Promise((resolve) => {
      this.onReady = resolve;
    });
  }

  private becomeReady(): void {
    this.isReady = true;
    const { onReady } = this;
    this.onReady = undefined;
    onReady?.();
  }

  private breakOff(): void {
    this.isBroken = true;
    this.becomeReady();
  }
}

function ignore(): void {
  // The rows that were too many are dropped all the same.
}

function tooLarge(maxBytes: number): DatabaseError {
  const megabytes = String(Math.floor(maxBytes / 2 ** 20));
  return new DatabaseError(
    `the result takes more than ${megabytes} MB (database.maxResult): select less, or go through it with db.rows`,
    { code: RESULT_TOO_LARGE },
  );
}

function isTraceless(command: string | null): boolean {
  return command === null || command === "" || TRACELESS.has(command.split(" ", 1)[0] ?? "");
}

function toStatementResult(result: Result): StatementResult {
  return {
    command: result.command ?? "",
    rowCount: result.rowCount ?? undefined,
    columns: result.fields.map(({ name, dataTypeID }) => ({ name, typeId: dataTypeID })),
    rows: result.rows,
  };
}
