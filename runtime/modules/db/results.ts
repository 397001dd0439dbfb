/** What statements gave, as Lua values. Runs inside the state (LuaState.enter). */
import { ALARM, alarm, checkpoint } from "../../core/budget.ts";
import { declareFieldNames } from "../../core/fields.ts";
import { encodeUtf8 } from "../../core/utf8.ts";
import type { LuaState } from "../../core/state.ts";
import { LuaTable } from "../../core/table.ts";
import type { LuaValue, Results } from "../../core/value.ts";
import type { DatabaseError, StatementResult } from "../../database/database.ts";
import { newArray, newRows } from "./lists.ts";
import { readerOf, toBytes } from "./values.ts";

/**
 * Of one command: a list of rows when it gives some, with the field `affected_rows` when it changes some; else a table with
 * this field alone, or true. Of several: a list of these.
 */
export function toLuaResult(state: LuaState, results: readonly StatementResult[]): LuaValue {
  const [first] = results;
  if (results.length === 1 && first !== undefined) return toResult(state, first);
  const list = newRows(state);
  for (const result of results) list.push(toResult(state, result));
  return list;
}

function toResult(state: LuaState, result: StatementResult): LuaValue {
  const { command, rowCount, columns } = result;
  const changes = CHANGING.has(command);
  if (columns.length === 0 && command !== "SELECT" && command !== "SHOW") {
    if (rowCount === undefined) return true;
    const table = new LuaTable();
    table.setString("affected_rows", rowCount);
    return table;
  }
  const rows = toRows(state, result);
  if (changes && rowCount !== undefined) rows.setString("affected_rows", rowCount);
  return rows;
}

const CHANGING = new Set(["INSERT", "UPDATE", "DELETE", "MERGE"]);

/** Programs choose names of columns with some care, but may make them up. */
const MAX_DECLARED = 2000;
const declared = new Set<string>();

/** Columns are fields of tables even where no program names them: quickly found, and in the order of the columns. */
function declareColumns(names: readonly string[]): void {
  const news = names.filter((name) => !declared.has(name));
  if (news.length === 0 || declared.size + news.length > MAX_DECLARED) return;
  for (const name of news) declared.add(name);
  declareFieldNames(news);
}

/** NULL is nil: the row has no such field. Of columns with one name the last counts. */
export function toRows(state: LuaState, { columns, rows }: StatementResult): LuaTable {
  const options = { newList: () => newArray(state) };
  const readers = columns.map(({ name, typeId }) => ({
    name: toBytes(name),
    read: readerOf(typeId, options),
  }));
  declareColumns(readers.map(({ name }) => name));
  const list = newRows(state);
  // Tests that interrupt code at each checkpoint have nothing to interrupt here.
  const isCharged = state.preempter === undefined;
  for (const row of rows) {
    if (isCharged && alarm[ALARM.raised] !== 0) checkpoint();
    const table = new LuaTable();
    for (let column = 0; column < readers.length; column++) {
      const text = row[column];
      const reader = readers[column];
      if (reader === undefined) continue;
      const value = text === null || text === undefined ? undefined : reader.read(text);
      table.setString(reader.name, value);
    }
    list.push(table);
  }
  return list;
}

/** For spans. */
export function sizeOf(results: readonly StatementResult[]): number {
  let size = 0;
  for (const { rows } of results) {
    for (const row of rows) for (const value of row) size += value?.length ?? 0;
  }
  return size;
}

/** nil, the message, and a table with all that PostgreSQL says. */
export function toLuaFailure({ message, details }: DatabaseError): Results {
  const table = new LuaTable();
  table.setString("message", encodeUtf8(message));
  for (const [name, field] of Object.entries(FIELDS)) {
    const value = details[name as keyof typeof FIELDS];
    if (value !== undefined) {
      table.setString(field, typeof value === "number" ? value : encodeUtf8(value));
    }
  }
  return [undefined, encodeUtf8(message), table];
}

const FIELDS = {
  code: "code",
  severity: "severity",
  detail: "detail",
  hint: "hint",
  schema: "schema",
  table: "table",
  column: "column",
  dataType: "data_type",
  constraint: "constraint",
  position: "position",
} as const;
