/** What results become. Most of it shows in db.test.ts, with a database. */
import { openLuaState } from "../../../cli/luaState.ts";
import { ALARM, alarm } from "../../core/budget.ts";
import { Invocation, runWithin } from "../../core/invocation.ts";
import type { LuaTable } from "../../core/table.ts";
import { toRows } from "./results.ts";

const TEXT = 25;

/** Makes tables of rows while the alarm is raised. */
function rowsWithin(cpuMs: number): LuaTable {
  const state = openLuaState({
    dialect: "openresty",
    context: { cwd: __dirname, standardFiles: undefined },
  });
  const invocation = new Invocation(state, { cpuMs, timeoutMs: 60_000 });
  return state.enter(() =>
    runWithin(invocation, () => {
      alarm[ALARM.raised] = alarm[ALARM.slice] ?? 0;
      const columns = [{ name: "x", typeId: TEXT }];
      return toRows(state, { command: "SELECT", rowCount: 2, columns, rows: [["a"], ["b"]] });
    }),
  );
}

test("tables of rows are made on the budget of the invocation", () => {
  expect(() => rowsWithin(1)).toThrow("the CPU budget of 1 ms is used up");
  expect(rowsWithin(60_000).array).toHaveLength(2);
});
