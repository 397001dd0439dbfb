/** Queries of URIs, `a=1&b`, to and from tables. */
import { TableIterator } from "../../../core/iterate.ts";
import { typeOf } from "../../../core/metatable.ts";
import { numberToString } from "../../../core/number.ts";
import { LuaTable } from "../../../core/table.ts";
import type { LuaValue } from "../../../core/value.ts";
import { callerError } from "../../../stdlib/arguments.ts";
import { escapeUri, unescapeUri } from "./uri.ts";

/**
 * The text of a table: a value that is a list names its key several times, `true` is a key alone,
 * `false` is left out.
 *
 * @throws LuaError "attempt to use function as query arg value"
 */
export function encodeQuery(table: LuaTable): string {
  const parts: string[] = [];
  const entries = new TableIterator(table);
  while (entries.advance()) {
    const { key, value } = entries;
    if (typeof key !== "string") {
      return callerError('attempt to use a non-string key in the "args" option table');
    }
    const name = escapeUri(key);
    if (!(value instanceof LuaTable)) addPart(parts, name, value);
    else {
      const elements = new TableIterator(value);
      while (elements.advance()) addPart(parts, name, elements.value);
    }
  }
  return parts.join("&");
}

function addPart(parts: string[], name: string, value: LuaValue): void {
  switch (typeof value) {
    case "boolean":
      if (value) parts.push(name);
      break;
    case "string":
      parts.push(`${name}=${escapeUri(value)}`);
      break;
    case "number":
      parts.push(`${name}=${escapeUri(numberToString(value))}`);
      break;
    default:
      callerError(`attempt to use ${typeOf(value)} as query arg value`);
  }
}

export interface DecodedQuery {
  readonly table: LuaTable;
  /** Whether there was more than the maximum. */
  readonly isTruncated: boolean;
}

/**
 * The table of a query: a key that is there several times has a list, one without `=` has `true`. Parts
 * without a key are left out, but count.
 *
 * @param maximum So many parts are read; 0 or less for all of them.
 */
export function decodeQuery(text: string, maximum: number): DecodedQuery {
  const table = new LuaTable();
  const parts = text.split("&");
  // What ends with a separator has nothing behind it.
  if (parts[parts.length - 1] === "") parts.pop();
  // The maximum is looked at behind separators.
  const isTruncated = maximum > 0 && text.split("&").length > maximum;
  for (const part of isTruncated ? parts.slice(0, maximum) : parts) addPair(table, part);
  return { table, isTruncated };
}

function addPair(table: LuaTable, part: string): void {
  const equals = part.indexOf("=");
  const name = unescapeUri(equals < 0 ? part : part.slice(0, equals));
  if (name === "") return;
  const value = equals < 0 ? true : unescapeUri(part.slice(equals + 1));
  const known = table.getString(name);
  if (known === undefined) table.setString(name, value);
  else if (known instanceof LuaTable) known.push(value);
  else {
    const list = new LuaTable();
    list.push(known);
    list.push(value);
    table.setString(name, list);
  }
}
