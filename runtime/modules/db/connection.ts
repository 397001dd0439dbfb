/**
 * A connection, as Lua has it (`db.connect`): a session of the database that belongs to the invocation that asked for it.
 * When that ends, it goes back to the pool, whatever the program has done or forgotten.
 */
import type { Invocation } from "../../core/invocation.ts";
import type { LuaState } from "../../core/state.ts";
import { LuaTable } from "../../core/table.ts";
import type { LuaValue, Results } from "../../core/value.ts";
import { databaseOf } from "../../database/provided.ts";
import {
  DatabaseError,
  type RunningStatement,
  type Session,
  type Statement,
  type StatementResult,
} from "../../database/database.ts";
import { callerError } from "../../stdlib/arguments.ts";
import { sizeOf } from "./results.ts";
import { beginQuerySpan, chargeFor, failureOf, statusOf, type Work } from "./work.ts";

const connections = new WeakMap<LuaTable, Connection>();
/** By state, that of all connections; set when the module is opened. */
const metatables = new WeakMap<LuaState, LuaTable>();

export function setConnectionMetatable(state: LuaState, metatable: LuaTable): void {
  metatables.set(state, metatable);
}

/** Who asks for a connection. */
export interface Asker {
  readonly state: LuaState;
  /** `undefined` in programs: then the connection is theirs to the end, as in a REPL. */
  readonly invocation: Invocation | undefined;
}

export class Connection {
  /** What Lua has of it. */
  readonly table = new LuaTable();
  readonly session: Session;
  /** The first error in the transaction that is open. */
  failure: DatabaseError | undefined = undefined;
  /** How many savepoints and cursors there were, for their names. */
  private nameCount = 0;
  private readonly invocation: Invocation | undefined;
  private readonly disown: () => void;
  private isGivenBack = false;

  constructor(session: Session, { state, invocation }: Asker) {
    this.session = session;
    this.invocation = invocation;
    const giveBack = (): void => {
      this.giveBack();
    };
    const hasOwner = invocation !== undefined && !invocation.isTyped;
    this.disown = hasOwner ? invocation.onEnd(giveBack) : state.onClose(giveBack);
    this.table.metatable = metatables.get(state);
    connections.set(this.table, this);
  }

  get isUsable(): boolean {
    return !this.isGivenBack;
  }

  /** A name that nothing else in the session has. */
  newName(): string {
    return `spacer_${String(++this.nameCount)}`;
  }

  /** Runs a statement. */
  send(statement: Statement): RunningStatement {
    const span = beginQuerySpan(this.invocation, statement);
    const { results, cancel } = this.session.run(statement, chargeFor(this.invocation));
    const traced = results.then(
      (all) => {
        span?.end(200, sizeOf(all));
        return all;
      },
      (thrown: unknown) => {
        span?.end(statusOf(thrown), 0);
        if (thrown instanceof DatabaseError) this.failure ??= thrown;
        throw thrown;
      },
    );
    return { results: traced, cancel };
  }

  /** Runs a statement for a call in Lua. @param make Makes its results, in the state. */
  run(statement: Statement, make: (results: readonly StatementResult[]) => Results): Work {
    const { results, cancel } = this.send(statement);
    return { done: results.then((all) => () => make(all), failureOf), cancel };
  }

  /** Later calls do nothing. */
  giveBack(): void {
    if (this.isGivenBack) return;
    this.isGivenBack = true;
    this.disown();
    this.session.release();
  }
}

/** @throws LuaError "not a connection", "the connection was given back" */
export function checkConnection(value: LuaValue): Connection {
  const connection = findConnection(value);
  if (connection === undefined) return callerError("not a connection; write connection:query(...)");
  if (connection.isUsable) return connection;
  return callerError(
    "the connection was given back: by the program, or because the call that asked for it has ended",
  );
}

/** @throws LuaError "not a connection" */
export function checkAnyConnection(value: LuaValue): Connection {
  return findConnection(value) ?? callerError("not a connection; write connection:release()");
}

export function findConnection(value: LuaValue): Connection | undefined {
  return value instanceof LuaTable ? connections.get(value) : undefined;
}

/**
 * Asks for a connection, and uses it at once. What `done` rejects with is for the caller.
 *
 * @param use Gets it unless nobody waits any more.
 */
export function connecting(
  { state, invocation }: Asker,
  use: (connection: Connection) => Promise<() => Results>,
): Work {
  let isCancelled = false;
  let connection: Connection | undefined;
  const connect = async (): Promise<() => Results> => {
    const database = await databaseOf(state);
    const session = await database.connect();
    if (isCancelled || state.isClosed) {
      session.release();
      throw new DatabaseError("nobody waits for the connection any more");
    }
    connection = new Connection(session, { state, invocation });
    return use(connection);
  };
  return {
    done: connect(),
    cancel: () => {
      isCancelled = true;
      connection?.giveBack();
    },
  };
}

/** A connection for a call in Lua, or nil and why there is none. */
export function connectWork(asker: Asker): Work {
  const { done, cancel } = connecting(asker, ({ table }) => Promise.resolve(() => table));
  return { done: done.catch(failureOf), cancel };
}

/** A statement on a connection of its own, for a call in Lua. */
export function runOnce(
  asker: Asker,
  statement: Statement,
  make: (results: readonly StatementResult[]) => Results,
): Work {
  const { state, invocation } = asker;
  const span = beginQuerySpan(invocation, statement);
  let isCancelled = false;
  let session: Session | undefined;
  const run = async (): Promise<() => Results> => {
    const database = await databaseOf(state);
    session = await database.connect();
    try {
      if (isCancelled) throw new DatabaseError("nobody waits for the statement any more");
      const results = await session.run(statement, chargeFor(invocation)).results;
      span?.end(200, sizeOf(results));
      return () => make(results);
    } finally {
      session.release();
    }
  };
  return {
    done: run().catch((thrown: unknown) => {
      span?.end(statusOf(thrown), 0);
      return failureOf(thrown);
    }),
    cancel: () => {
      isCancelled = true;
      session?.release();
    },
  };
}
