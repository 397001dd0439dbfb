/**
 * `transaction`: a call of a Lua function between BEGIN and COMMIT, or between a savepoint and its release when a transaction
 * is open already. It is a builtin that is left at each step, and goes on where it was (core/frames.ts):
 *
 *     connecting -> beginning -> running -> ending
 *
 * The function fails by an error, which is raised again behind the rollback, or by returning nil and a message, as functions
 * of a project do. When the task is stopped nothing is said to the database here: the connection is given back, which rolls
 * back.
 */
import { call, isArray, settleAll, type Pending } from "../../core/call.ts";
import { current } from "../../core/current.ts";
import { toLuaError, type LuaError, type MessageHandler } from "../../core/error.ts";
import { BuiltinFrame, builtinCode, firstOf, leave, listOf } from "../../core/frames.ts";
import type { LuaValue, Results } from "../../core/value.ts";
import { DatabaseError } from "../../database/database.ts";
import { connectWork, findConnection, type Asker, type Connection } from "./connection.ts";
import { toLuaFailure } from "./results.ts";
import { waitForWork } from "./work.ts";

export interface TransactionOptions {
  /** What BEGIN says beyond itself: " ISOLATION LEVEL SERIALIZABLE". */
  readonly modes: string;
  /** How often it begins again when another transaction got in its way. */
  readonly retries: number;
}

const CODE = builtinCode("transaction");

/** SQLSTATE of transactions that would succeed if they were run again: serialization failure, deadlock. */
const RETRIABLE = new Set(["40001", "40P01"]);

/** On a connection that the program has. */
export function transactOn(
  connection: Connection,
  body: LuaValue,
  options: TransactionOptions,
): Results {
  return new TransactionFrame(body, options, false).begin(connection);
}

/** On a connection of its own. */
export function transact(body: LuaValue, options: TransactionOptions): Results {
  const { state, invocation } = current;
  return new TransactionFrame(body, options, true).connect({ state, invocation });
}

/** Why there is nothing to commit, although the function has not failed; `undefined` when there is. */
function whyLost({ isUsable, session, failure }: Connection): DatabaseError | undefined {
  const text = "the transaction was rolled back";
  if (!isUsable) return new DatabaseError(`${text}: the connection was given back`);
  if (session.transactionStatus !== "failed") return undefined;
  // It did not look at the errors of its statements; COMMIT would roll back without a word.
  return new DatabaseError(
    `${text}: ${failure?.message ?? "a statement failed"}`,
    failure?.details,
  );
}

class TransactionFrame extends BuiltinFrame {
  private readonly body: LuaValue;
  private readonly options: TransactionOptions;
  /** Whether the connection is for this alone. */
  private readonly isOwn: boolean;
  /** Of the code around the call. */
  private readonly handlerBefore: MessageHandler | undefined = current.state.messageHandler;
  private stage: "connecting" | "beginning" | "running" | "ending" = "connecting";
  private connection: Connection | undefined = undefined;
  /** `undefined` when it is a transaction itself. */
  private savepoint: string | undefined = undefined;
  private attempts = 0;
  /** How the call ends, once it is committed or rolled back. */
  private outcome: { readonly results: Results } | { readonly error: LuaError } | undefined =
    undefined;
  private isCommitting = false;

  constructor(body: LuaValue, options: TransactionOptions, isOwn: boolean) {
    super(CODE);
    this.body = body;
    this.options = options;
    this.isOwn = isOwn;
  }

  connect(asker: Asker): Results {
    waitForWork(() => connectWork(asker));
    return leave(this);
  }

  begin(connection: Connection): Results {
    this.connection = connection;
    this.stage = "beginning";
    this.attempts++;
    const isNested = connection.session.transactionStatus !== "idle";
    this.savepoint = isNested ? connection.newName() : undefined;
    if (!isNested) connection.failure = undefined;
    return this.send(
      this.savepoint === undefined ? `BEGIN${this.options.modes}` : `SAVEPOINT ${this.savepoint}`,
    );
  }

  run(results: Results): Results {
    current.state.messageHandler = this.handlerBefore;
    const isDone = firstOf(results) !== undefined;
    switch (this.stage) {
      case "connecting": {
        const connection = findConnection(firstOf(results));
        return connection === undefined ? results : this.begin(connection);
      }
      case "beginning":
        return isDone ? this.callBody() : this.finish({ results });
      case "running":
        return this.end(results);
      case "ending":
        return this.ended(results, isDone);
    }
  }

  override fail(thrown: unknown): Results {
    const error = toLuaError(thrown);
    current.state.messageHandler = this.handlerBefore;
    if (this.stage !== "running") return this.finish({ error });
    return this.rollBack({ error });
  }

  override abandon(): void {
    if (this.isOwn) this.connection?.giveBack();
  }

  private callBody(): Results {
    this.stage = "running";
    let outcome: Results | Pending;
    try {
      outcome = call(this.body, this.opened.table);
      if (isArray(outcome)) outcome = settleAll(outcome);
    } catch (thrown) {
      return this.fail(thrown);
    }
    return outcome === null ? leave(this) : this.run(outcome);
  }

  private get opened(): Connection {
    return this.connection as Connection;
  }

  /** The function has returned. */
  private end(results: Results): Results {
    const [first, message] = listOf(results);
    const hasFailed = first === undefined && message !== undefined && message !== false;
    const connection = this.opened;
    if (hasFailed) return this.rollBack({ results });
    const lost = whyLost(connection);
    if (lost !== undefined) return this.rollBack({ results: toLuaFailure(lost) });
    this.isCommitting = true;
    this.outcome = { results };
    this.stage = "ending";
    return this.send(
      this.savepoint === undefined ? "COMMIT" : `RELEASE SAVEPOINT ${this.savepoint}`,
    );
  }

  private rollBack(outcome: { results: Results } | { error: LuaError }): Results {
    const { savepoint } = this;
    this.isCommitting = false;
    this.outcome = outcome;
    this.stage = "ending";
    // It was given back, and rolled back by that.
    if (!this.opened.isUsable) return this.finish(outcome);
    return this.send(
      savepoint === undefined
        ? "ROLLBACK"
        : `ROLLBACK TO SAVEPOINT ${savepoint}; RELEASE SAVEPOINT ${savepoint}`,
    );
  }

  private ended(results: Results, isDone: boolean): Results {
    const connection = this.opened;
    const mayRetry = !this.isCommitting || !isDone;
    if (mayRetry && this.isRetriable(connection)) return this.begin(connection);
    if (this.savepoint !== undefined && isDone) connection.failure = undefined;
    // A rollback that failed: the connection is lost, and with it the transaction.
    if (this.isCommitting && !isDone) return this.finish({ results });
    return this.finish(this.outcome ?? { results });
  }

  private isRetriable({ failure, isUsable, session }: Connection): boolean {
    return (
      this.savepoint === undefined &&
      this.attempts <= this.options.retries &&
      isUsable &&
      session.transactionStatus === "idle" &&
      RETRIABLE.has(failure?.details.code ?? "")
    );
  }

  private finish(outcome: { results: Results } | { error: LuaError }): Results {
    if (this.isOwn) this.connection?.giveBack();
    if ("error" in outcome) throw outcome.error;
    return outcome.results;
  }

  private send(text: string): Results {
    const connection = this.opened;
    waitForWork(() => connection.run({ text, parameters: [] }, () => true));
    return leave(this);
  }
}
