/**
 * What has to be known of a connection of the pool, whoever has it: whether the server is ready for another statement,
 * whether it is of any use, and whether a session left something in it.
 */
import { Query, type PoolClient, type QueryArrayConfig, type QueryArrayResult } from "pg";
import type { Statement, StatementResult, TransactionStatus } from "../database.ts";
import { endsConnection, statementError } from "./errors.ts";
import type { SessionKey } from "./cancelRequest.ts";

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
}

export class PooledClient {
  /** The connection is of no more use. */
  isBroken = false;
  /** What a session did may still show to the next. */
  isDirty = false;
  private readonly client: Client;
  private isReady = true;
  private onReady: (() => void) | undefined = undefined;

  constructor(client: PoolClient) {
    this.client = client as Client;
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
  async run(statement: Statement): Promise<readonly StatementResult[]> {
    this.isReady = false;
    const mayMark = LEAVES_SOMETHING.test(statement.text);
    try {
      const results = await this.send(statement);
      if (mayMark || results.some(({ command }) => !isTraceless(command))) this.isDirty = true;
      return results.map(toStatementResult);
    } catch (thrown) {
      // Of several commands some may have been done.
      this.isDirty = true;
      if (endsConnection(thrown)) this.isBroken = true;
      else await this.ready();
      throw statementError(thrown);
    }
  }

  release(): void {
    this.client.release(this.isBroken);
  }

  /** Ends the connection, whatever it does. What runs on it fails. */
  destroy(): void {
    this.isBroken = true;
    this.client.connection.stream.destroy();
  }

  private send({ text, parameters, isSingle = false }: Statement): Promise<readonly Result[]> {
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
