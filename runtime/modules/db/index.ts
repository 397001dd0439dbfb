/**
 * The module `db`: a PostgreSQL database, for functions. Its calls look as those of OpenResty's pgmoon do: what the database
 * refuses is nil and a message, not an error.
 */
import { current } from "../../core/current.ts";
import { TableIterator } from "../../core/iterate.ts";
import { typeOf } from "../../core/metatable.ts";
import type { LuaState } from "../../core/state.ts";
import { LuaTable } from "../../core/table.ts";
import { LuaUserdata } from "../../core/userdata.ts";
import type { LuaValue, Results } from "../../core/value.ts";
import type { StatementResult } from "../../database/database.ts";
import { JSON_NULL } from "../../json/index.ts";
import {
  argumentError,
  checkFunction,
  checkString,
  checkTable,
  optionalInteger,
} from "../../stdlib/arguments.ts";
import { defineLibrary, libraryTable } from "../../stdlib/library.ts";
import {
  checkAnyConnection,
  checkConnection,
  connectWork,
  runOnce,
  setConnectionMetatable,
} from "./connection.ts";
import { escapeIdentifier, escapeText } from "./escaping.ts";
import { ArrayText, Bytes, JsonText, toArrayText, toJsonText, toText } from "./parameters.ts";
import { toLuaResult } from "./results.ts";
import { openRows, rows, rowsOn } from "./rows.ts";
import { checkStatement } from "./statement.ts";
import { transact, transactOn, type TransactionOptions } from "./transaction.ts";
import { waitForWork } from "./work.ts";

const dbLibrary = defineLibrary("db", {
  /**
   * Runs a statement on any connection, with values for `$1`, `$2`, ... Returns the list of its rows; of a statement that gives
   * none a table with `affected_rows`, or true; of several statements, which can't have values, a list of these.
   * Or nil, the message of the database, and a table with all that it says.
   *
   * @signature (sql, ...)
   */
  query: (...values) => {
    const statement = checkStatement(values, 1);
    const { state, invocation } = current;
    return waitForWork(() => runOnce({ state, invocation }, statement, resultsIn(state)));
  },

  /**
   * A connection for oneself, until it is released or the call of the function ends. Or nil, a message and a table with
   * details.
   */
  connect: () => {
    const { state, invocation } = current;
    return waitForWork(() => connectWork({ state, invocation }));
  },

  /**
   * Calls `body(connection)` in a transaction, and returns what it returns once that is committed. It is rolled back when
   * the function raises an error, which is raised again, or returns nil and a message; or when the database refuses it, then
   * nil and its message are returned. Options: `isolation` ("read committed", "repeatable read" or "serializable"),
   * `read_only`, and `retries`, how often to begin again when other transactions got in its way (0 unless given).
   *
   * @signature (body [, options])
   */
  transaction: (body, options) => transact(checkFunction(body, 1), toOptions(options, 2)),

  /**
   * The rows of a query one by one, for a loop: `for row in db.rows(sql, ...) do`. They are fetched from the database
   * as the loop gets on. Returned behind the iterator is what it goes through, which has a method `close`.
   *
   * @signature (sql, ...)
   * @throws LuaError What the database says
   */
  rows: (...values) => rows(checkStatement(values, 1)),

  /**
   * Bytes, as a value for a column of type `bytea`: strings are sent as text.
   *
   * @signature (bytes)
   */
  bytea: (bytes) => new LuaUserdata(new Bytes(checkString(bytes, 1))),

  /**
   * A list, as a value of an array type: tables are sent as JSON. Lists in it are further dimensions; `db.null` is NULL.
   *
   * @signature (list)
   * @throws LuaError "an array must be a list without holes; cjson.null stands for NULL"
   */
  array: (list) => new LuaUserdata(new ArrayText(toArrayText(checkTable(list, 1), 1))),

  /**
   * Any value, as JSON. For tables that is not needed.
   *
   * @signature ([value])
   */
  json: (value) => new LuaUserdata(new JsonText(toJsonText(value, 1))),

  /**
   * A name as SQL writes it, quoted: for tables and columns that a program chooses.
   *
   * @signature (name)
   */
  escape_identifier: (name) => escapeIdentifier(checkSql(name)),

  /**
   * A value as SQL writes it. Only for places that can't have `$1`.
   *
   * @signature ([value])
   */
  escape_literal: (value) => escapeLiteral(value),
});

/** @library db.connection */
const connectionLibrary = defineLibrary("db.connection", {
  /**
   * As `db.query`, on this connection.
   *
   * @signature (self, sql, ...)
   * @throws LuaError "the connection was given back: ..."
   */
  query: (self, ...values) => {
    const connection = checkConnection(self);
    const statement = checkStatement([self, ...values], 2);
    const { state } = current;
    return waitForWork(() => connection.run(statement, resultsIn(state)));
  },

  /**
   * As `db.transaction`, on this connection. Inside of a transaction it is a savepoint: only what the function did is rolled
   * back.
   *
   * @signature (self, body [, options])
   * @throws LuaError "the connection was given back: ..."
   */
  transaction: (self, body, options) =>
    transactOn(checkConnection(self), checkFunction(body, 2), toOptions(options, 3)),

  /**
   * As `db.rows`, on this connection.
   *
   * @signature (self, sql, ...)
   * @throws LuaError What the database says
   */
  rows: (self, ...values) => rowsOn(checkConnection(self), checkStatement([self, ...values], 2)),

  /**
   * Gives the connection back, for others to use. A transaction that is open is rolled back.
   *
   * @signature (self)
   */
  release: (self) => giveBack(self),

  /**
   * The same as `release`.
   *
   * @signature (self)
   */
  disconnect: (self) => giveBack(self),

  /**
   * The same as `release`, for programs that were written for pgmoon.
   *
   * @signature (self, ...)
   */
  keepalive: (self) => giveBack(self),

  /**
   * As `db.escape_identifier`.
   *
   * @signature (self, name)
   */
  escape_identifier: (_self, name) => escapeIdentifier(checkSql(name, 2)),

  /**
   * As `db.escape_literal`.
   *
   * @signature (self, value)
   */
  escape_literal: (_self, value) => escapeLiteral(value, 2),
});

/** Makes the module's table. */
export function openDb(state: LuaState): LuaTable {
  const metatable = new LuaTable();
  metatable.setString("__index", libraryTable(connectionLibrary));
  setConnectionMetatable(state, metatable);
  openRows(state);
  return libraryTable(dbLibrary, { null: JSON_NULL });
}

function resultsIn(state: LuaState): (results: readonly StatementResult[]) => Results {
  return (results) => toLuaResult(state, results);
}

function giveBack(self: LuaValue): Results {
  checkAnyConnection(self).giveBack();
  return true;
}

/** A string that can be part of a statement. */
function checkSql(value: LuaValue, argument = 1): string {
  const bytes = checkString(value, argument);
  toText(bytes, argument);
  return bytes;
}

function escapeLiteral(value: LuaValue, argument = 1): string {
  if (value === undefined || value === JSON_NULL) return "NULL";
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (typeof value === "number")
    return Number.isFinite(value) ? String(value) : `'${String(value)}'`;
  if (value instanceof LuaUserdata && value.payload instanceof Bytes) {
    const hex = Buffer.from(value.payload.bytes, "latin1").toString("hex");
    return ` E'\\\\x${hex}'::bytea`;
  }
  return escapeText(checkSql(value, argument));
}

const ISOLATION_LEVELS = ["read committed", "repeatable read", "serializable"];
const MAX_RETRIES = 1000;

function toOptions(value: LuaValue, argument: number): TransactionOptions {
  if (value === undefined) return { modes: "", retries: 0 };
  const table = checkTable(value, argument);
  const entries = new TableIterator(table);
  while (entries.advance()) {
    const name = typeof entries.key === "string" ? entries.key : typeOf(entries.key);
    if (!OPTION_NAMES.includes(name)) return argumentError(argument, `unknown option '${name}'`);
  }
  const isolation = table.getString("isolation");
  const readOnly = table.getString("read_only");
  const retries = optionalInteger(table.getString("retries"), argument, 0);
  if (isolation !== undefined && !ISOLATION_LEVELS.some((level) => level === isolation)) {
    const levels = ISOLATION_LEVELS.map((level) => `'${level}'`).join(", ");
    return argumentError(argument, `'isolation' must be one of ${levels}`);
  }
  if (retries < 0 || retries > MAX_RETRIES) {
    return argumentError(argument, `'retries' must be from 0 to ${String(MAX_RETRIES)}`);
  }
  const modes = [
    ...(typeof isolation === "string" ? [` ISOLATION LEVEL ${isolation.toUpperCase()}`] : []),
    ...(readOnly === true ? [" READ ONLY"] : []),
  ];
  return { modes: modes.join(","), retries };
}

const OPTION_NAMES = ["isolation", "read_only", "retries"];
