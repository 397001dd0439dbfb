/** Matches as Lua tables. */
import { LuaTable } from "../../../core/table.ts";
import type { Regex } from "./regex.ts";

/** The latest match; a table that is given is filled. */
export function captureTable(regex: Regex, table = new LuaTable()): LuaTable {
  for (let group = 0; group <= regex.groupCount; group++) {
    table.setNumber(group, regex.group(group) ?? false);
  }
  for (const { name, group } of regex.names) {
    const text = regex.group(group);
    if (!regex.hasDuplicateNames) table.setString(name, text ?? false);
    else if (text !== undefined) addTo(table, name, text);
  }
  return table;
}

/** Groups that share a name are a list of those that took part. */
function addTo(table: LuaTable, name: string, text: string): void {
  const known = table.getString(name);
  const list = known instanceof LuaTable ? known : new LuaTable();
  list.push(text);
  if (list !== known) table.setString(name, list);
}
