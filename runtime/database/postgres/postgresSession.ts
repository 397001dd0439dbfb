/**
 * A session on a connection of the pool. Its statements wait for one another here, so that one that nobody wants any more
 * can be dropped before it is sent; one that was sent is stopped by a request to the server.
 */
import type {
  OnRead,
  RunningStatement,
  Session,
  Statement,
  StatementResult,
  TransactionStatus,
} from "../database.ts";
import { CONNECTION_FAILURE, DatabaseError } from "../database.ts";
import type { SessionKey } from "./cancelRequest.ts";
import type { PooledClient } from "./pooledClient.ts";

/** For what a connection needs before another one gets it: to stop, to roll back, to forget. */
const CLEAN_UP_MS = 5000;

const ROLLBACK: Statement = { text: "ROLLBACK", parameters: [] };
/** Settings, temporary tables, cursors, locks, prepared statements. */
const DISCARD: Statement = { text: "DISCARD ALL", parameters: [] };

export interface SessionSurroundings {
  /** Asks the server to stop what a session does. Resolves when it did, to whether it could be asked. */
  readonly cancel: (key: SessionKey) => Promise<boolean>;
  /** The connection is in the pool again, or gone. */
  readonly onReleased: (session: PostgresSession) => void;
}

interface Turn {
  /** "waiting" for those before; "running" in the server. */
  stage: "waiting" | "running" | "ended";
  isCancelled: boolean;
}

export class PostgresSession implements Session {
  private readonly client: PooledClient;
  private readonly surroundings: SessionSurroundings;
  /** Settles when all statements so far have ended. Never rejects. */
  private last: Promise<unknown> = Promise.resolve();
  private readonly turns = new Set<Turn>();
  /** A request to the server that is on its way; it must not meet a later statement. */
  private cancelling: Promise<unknown> | undefined = undefined;
  private isReleased = false;

  constructor(client: PooledClient, surroundings: SessionSurroundings) {
    this.client = client;
    this.surroundings = surroundings;
  }

  get transactionStatus(): TransactionStatus {
    return this.client.transactionStatus;
  }

  run(statement: Statement, onRead?: OnRead): RunningStatement {
    const turn: Turn = { stage: "waiting", isCancelled: this.isReleased };
    const results =
      this.turns.size === 0 && this.cancelling === undefined
        ? this.take(turn, statement, onRead)
        : this.last.then(() => this.take(turn, statement, onRead));
    this.turns.add(turn);
    this.last = results.then(
      () => this.leave(turn),
      () => this.leave(turn),
    );
    return {
      results,
      cancel: () => {
        this.cancel(turn);
      },
    };
  }

  release(): void {
    if (this.isReleased) return;
    this.isReleased = true;
    const isClean =
      this.turns.size === 0 &&
      this.cancelling === undefined &&
      (this.client.isBroken || (!this.client.isDirty && this.transactionStatus === "idle"));
    if (isClean) this.giveBack();
    else void this.cleanUp();
  }

  /** Ends the connection, whatever it does. */
  destroy(): void {
    this.client.destroy();
    this.release();
  }

  private async take(
    turn: Turn,
    statement: Statement,
    onRead: OnRead | undefined,
  ): Promise<readonly StatementResult[]> {
    if (turn.isCancelled) throw cancelled();
    if (this.client.isBroken) {
      throw new DatabaseError("the connection to the database was lost", {
        code: CONNECTION_FAILURE,
      });
    }
    turn.stage = "running";
    return this.client.run(statement, {
      onRead,
      onTooLarge: () => {
        this.cancel(turn);
      },
    });
  }

  /** A statement has ended, and so has what was asked of the server about it. */
  private async leave(turn: Turn): Promise<void> {
    turn.stage = "ended";
    this.turns.delete(turn);
    await this.cancelling;
  }

  private cancel(turn: Turn): void {
    if (turn.isCancelled || turn.stage === "ended") return;
    turn.isCancelled = true;
    const { client, surroundings } = this;
    if (turn.stage === "waiting" || client.isBroken) return;
    client.dropRows();
    this.cancelling = surroundings.cancel(client.key).then((isAsked) => {
      this.cancelling = undefined;
      if (!isAsked && turn.stage !== "ended") client.destroy();
    });
  }

  private async cleanUp(): Promise<void> {
    const { client } = this;
    const timer = setTimeout(() => {
      client.destroy();
    }, CLEAN_UP_MS);
    try {
      for (const turn of this.turns) this.cancel(turn);
      while (this.turns.size > 0 || this.cancelling !== undefined) {
        await this.last;
        await this.cancelling;
      }
      if (!client.isBroken && this.transactionStatus !== "idle") await client.run(ROLLBACK);
      if (!client.isBroken && client.isDirty) {
        await client.run(DISCARD);
        client.isDirty = false;
      }
    } catch {
      // Whatever is left in it, nobody is to find it.
      client.destroy();
    } finally {
      clearTimeout(timer);
      this.giveBack();
    }
  }

  private giveBack(): void {
    this.client.release();
    this.surroundings.onReleased(this);
  }
}

function cancelled(): DatabaseError {
  return new DatabaseError("canceling statement due to user request", { code: "57014" });
}
