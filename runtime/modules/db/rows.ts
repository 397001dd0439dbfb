/**
 * `rows`: the rows of a large result, some at a time, by a cursor of the database. They are fetched as the program gets on
 * with them, so that neither side has them all.
 *
 * Outside of a transaction a cursor needs one of its own, or holds its rows in the database: the first for one that has a
 * connection to itself, the second for one on a connection with which the program does other things meanwhile.
 */
import { current } from "../../core/current.ts";
import { NONE } from "../../core/call.ts";
import type { LuaState } from "../../core/state.ts";
import { LuaTable } from "../../core/table.ts";
import type { LuaValue, Results } from "../../core/value.ts";
import type { RunningStatement, Statement, StatementResult } from "../../database/database.ts";
import { callerError } from "../../stdlib/arguments.ts";
import { defineBuiltin, defineLibrary, libraryTable } from "../../stdlib/library.ts";
import { connecting, type Connection } from "./connection.ts";
import { toRows } from "./results.ts";
import { waitForWork, type Work } from "./work.ts";

/** So many rows are fetched at once. */
const BATCH = 100;

const cursors = new WeakMap<LuaTable, Cursor>();
const metatables = new WeakMap<LuaState, LuaTable>();

/** What `rows` returns second. @library db.rows */
const cursorLibrary = defineLibrary("db.rows", {
  /**
   * No more rows are wanted: gives up the cursor, and the connection that it had to itself. Not needed behind the last
   * row, nor when the function ends.
   *
   * @signature (self)
   * @throws LuaError "not what db.rows gave"
   */
  close: (self) => {
    const cursor = cursorOf(self);
    return waitForWork(() => cursor.closing());
  },
});

/** Is called by the `for` loop. */
const nextRow = defineBuiltin("next_row", (self) => cursorOf(self).next());

function cursorOf(value: LuaValue): Cursor {
  const cursor = value instanceof LuaTable ? cursors.get(value) : undefined;
  return cursor ?? callerError("not what db.rows gave");
}

/** Makes what is common to all cursors of a state. */
export function openRows(state: LuaState): void {
  const metatable = new LuaTable();
  metatable.setString("__index", libraryTable(cursorLibrary));
  metatables.set(state, metatable);
}

/** On a connection of its own. Errors are raised: a loop has nowhere to look for nil and a message. */
export function rows(statement: Statement): Results {
  const { state, invocation } = current;
  return waitForWork(() =>
    connecting({ state, invocation }, async (connection) => {
      const cursor = new Cursor(state, connection, true);
      await cursor.perform({ text: "BEGIN", parameters: [] });
      return await cursor.open(statement);
    }),
  );
}

/** On a connection that the program has. */
export function rowsOn(connection: Connection, statement: Statement): Results {
  const { state } = current;
  return waitForWork(() => {
    const cursor = new Cursor(state, connection, false);
    return { done: cursor.open(statement), cancel: () => cursor.cancel() };
  });
}

class Cursor {
  private readonly table = new LuaTable();
  private readonly state: LuaState;
  private readonly connection: Connection;
  /** Whether the connection is for this alone. */
  private readonly isOwn: boolean;
  private readonly name: string;
  /** Rows that were fetched, and how many of them were taken. */
  private fetched: readonly LuaValue[] = [];
  private taken = 0;
  /** Whether there is nothing more to fetch. */
  private isOver = false;
  private running: RunningStatement | undefined = undefined;

  constructor(state: LuaState, connection: Connection, isOwn: boolean) {
    this.state = state;
    this.connection = connection;
    this.isOwn = isOwn;
    this.name = connection.newName();
    this.table.metatable = metatables.get(state);
    cursors.set(this.table, this);
  }

  /** Gives what makes the iterator and its state. */
  async open({ text, parameters }: Statement): Promise<() => Results> {
    const holds = !this.isOwn && this.connection.session.transactionStatus === "idle";
    const before = `DECLARE ${this.name} NO SCROLL CURSOR${holds ? " WITH HOLD" : ""} FOR `;
    await this.perform({ text: before + text, parameters, isSingle: true });
    return () => [nextRow, this.table];
  }

  next(): Results {
    const row = this.take();
    if (row !== undefined || this.isOver) return row;
    if (!this.connection.isUsable) {
      return callerError("the connection of these rows was given back");
    }
    return waitForWork(() => ({ done: this.fetch(), cancel: () => this.cancel() }));
  }

  closing(): Work {
    const close = async (): Promise<() => Results> => {
      this.fetched = [];
      this.taken = 0;
      await this.finish();
      return () => NONE;
    };
    return { done: close(), cancel: () => this.cancel() };
  }

  cancel(): void {
    this.running?.cancel();
    if (this.isOwn) this.connection.giveBack();
  }

  /** When it fails, a connection that is for this alone is given back. */
  async perform(statement: Statement): Promise<readonly StatementResult[]> {
    this.running = this.connection.send(statement);
    try {
      return await this.running.results;
    } catch (thrown) {
      this.isOver = true;
      if (this.isOwn) this.connection.giveBack();
      throw thrown;
    } finally {
      this.running = undefined;
    }
  }

  private take(): LuaValue {
    const row = this.fetched[this.taken];
    if (row !== undefined) this.taken++;
    return row;
  }

  private async fetch(): Promise<() => Results> {
    const text = `FETCH FORWARD ${String(BATCH)} FROM ${this.name}`;
    const [result] = await this.perform({ text, parameters: [] });
    if (result === undefined || result.rows.length < BATCH) await this.finish();
    return () => {
      this.fetched = result === undefined ? [] : toRows(this.state, result).array;
      this.taken = 0;
      return this.take();
    };
  }

  private async finish(): Promise<void> {
    if (this.isOver) return;
    this.isOver = true;
    if (!this.connection.isUsable) return;
    await this.perform({ text: this.isOwn ? "COMMIT" : `CLOSE ${this.name}`, parameters: [] });
    if (this.isOwn) this.connection.giveBack();
  }
}
