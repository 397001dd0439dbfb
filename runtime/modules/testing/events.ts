/** Events and dead letters as tests see them. */
import { LuaTable } from "../../core/table.ts";
import { encodeUtf8 } from "../../core/utf8.ts";
import type { DeadLetter } from "../../topics/groups.ts";
import type { StoredEvent } from "../../topics/storage.ts";
import type { TriggerRun } from "../../testing/index.ts";
import { toEventTable } from "../topics.ts";

export function eventList(events: readonly StoredEvent[]): LuaTable {
  return listOf(events.map(toEventTable));
}

/** Events, each with the function that failed, its `attempts` and the `error` of the last one. */
export function deadLetterList(letters: readonly DeadLetter[]): LuaTable {
  return listOf(
    letters.map(({ event, handler, attempts, error, traceback }) => {
      const table = toEventTable(event);
      table.setString("function", encodeUtf8(handler));
      table.setString("attempts", attempts);
      table.setString("error", encodeUtf8(error));
      if (traceback !== undefined) table.setString("traceback", encodeUtf8(traceback));
      return table;
    }),
  );
}

export function triggerRunTable({ handled, failed, deadLetters }: TriggerRun): LuaTable {
  const table = new LuaTable();
  table.setString("handled", handled);
  table.setString("failed", failed);
  table.setString("dead_letters", deadLetterList(deadLetters));
  return table;
}

export function listOf(tables: readonly LuaTable[]): LuaTable {
  const list = new LuaTable();
  for (const table of tables) list.push(table);
  return list;
}
