/** Shows what a statement returned: as `print` does, and on a terminal the contents of tables. */
import { LuaTable, type LuaState, type LuaValue } from "../../runtime/index.ts";
import type { Paint } from "../style.ts";
import { describeTable } from "./describeTable.ts";
import type { Evaluation } from "./evaluation.ts";

/**
 * Rejects as `Evaluation.call`.
 *
 * @param paint For the contents of tables; without it they are not shown.
 */
export async function showResults(
  state: LuaState,
  evaluation: Evaluation,
  results: readonly LuaValue[],
  paint: Paint | undefined,
): Promise<void> {
  if (results.length === 0) return;
  await evaluation.call(state.globals.getString("print"), results);
  if (paint === undefined) return;
  for (const value of results) {
    // What has a text of its own says with it what there is to say.
    if (!(value instanceof LuaTable) || hasText(value)) continue;
    state.host.files.stdout.write(`${paint(describeTable(value))}\n`);
  }
}

function hasText({ metatable }: LuaTable): boolean {
  return metatable?.getString("__tostring") !== undefined;
}
