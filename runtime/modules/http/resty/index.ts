/** The module `resty.http`. */
import type { LuaState } from "../../../core/state.ts";
import { LuaTable } from "../../../core/table.ts";

export function openRestyHttp(_state: LuaState): LuaTable {
  return new LuaTable();
}
