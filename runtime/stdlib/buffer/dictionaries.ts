/** Keys and metatables that both sides of `encode` and `decode` know, so that a number names them. */
import { LuaTable } from "../../core/table.ts";
import type { LuaValue } from "../../core/value.ts";
import { callerError } from "../arguments.ts";

export interface Dictionaries {
  readonly keys: Dictionary<string> | undefined;
  readonly metatables: Dictionary<LuaTable> | undefined;
}

/** The entries by number, from 0, `undefined` for those left out, and their numbers. */
export interface Dictionary<Entry> {
  readonly entries: readonly (Entry | undefined)[];
  readonly numbers: ReadonlyMap<Entry, number>;
}

/**
 * @param options As given to `buffer.new`: `dict` and `metatable`, both lists in which false leaves a place out.
 * @throws LuaError "bad options table"
 */
export function readDictionaries(options: LuaTable): Dictionaries {
  return {
    keys: readDictionary(options.getString("dict"), (value) => typeof value === "string"),
    metatables: readDictionary(
      options.getString("metatable"),
      (value) => value instanceof LuaTable,
    ),
  };
}

function readDictionary<Entry extends LuaValue>(
  list: LuaValue,
  isEntry: (value: LuaValue) => value is Entry,
): Dictionary<Entry> | undefined {
  if (!(list instanceof LuaTable)) return undefined;
  const entries: (Entry | undefined)[] = [];
  const numbers = new Map<Entry, number>();
  for (const value of list.array) {
    if (isEntry(value)) {
      if (!numbers.has(value)) numbers.set(value, entries.length);
      entries.push(value);
    } else if (value === false) {
      entries.push(undefined);
    } else {
      return callerError("bad options table");
    }
  }
  return { entries, numbers };
}
