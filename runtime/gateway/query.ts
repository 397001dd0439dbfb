/** Names and values of a query or an urlencoded form. */
import { LuaTable } from "../core/table.ts";
import type { LuaValue } from "../core/value.ts";
import { decodeComponent } from "./percent.ts";

/** Collects named values; a name that comes again gives a list of its values. */
export class NamedValues {
  private readonly values = new Map<string, LuaValue[]>();

  add(name: string, value: LuaValue): void {
    const values = this.values.get(name);
    if (values === undefined) this.values.set(name, [value]);
    else values.push(value);
  }

  /** Writes all of them into a table, over what is there. */
  addTo(table: LuaTable): void {
    for (const [name, values] of this.values) {
      table.setString(name, values.length === 1 ? values[0] : new LuaTable(undefined, values));
    }
  }

  /** Takes a name out and returns its values. */
  take(name: string): readonly LuaValue[] {
    const values = this.values.get(name);
    if (values === undefined) return [];
    this.values.delete(name);
    return values;
  }
}

/**
 * Reads `a=1&b=2`. A name without `=` has the value true; one that is empty is dropped, as in nginx.
 */
export function parseQuery(text: string): NamedValues {
  const values = new NamedValues();
  if (text === "") return values;
  for (const pair of text.split("&")) {
    const equals = pair.indexOf("=");
    const name = decodeComponent(equals < 0 ? pair : pair.slice(0, equals));
    if (name !== "") values.add(name, equals < 0 ? true : decodeComponent(pair.slice(equals + 1)));
  }
  return values;
}
