/**
 * The order in which a table constructor stores its entries. LuaJIT makes the table as a copy of a
 * template that has all constant entries, and stores the others into it, in their order:
 * `{ x = f(), x = 1 }.x` is what `f` returns. That shows only where a key occurs twice.
 */
import type { TableEntry } from "../../ast.ts";
import { constantOf, type ConstantValue } from "./constants.ts";

/** An entry with its place in the list, from 1, when it is positional. */
export interface PlacedEntry extends TableEntry {
  readonly index: number | undefined;
}

/** @returns `undefined` when the order of the source does as well. */
export function templateOrder(entries: readonly TableEntry[]): PlacedEntry[] | undefined {
  const template: PlacedEntry[] = [];
  const stored: PlacedEntry[] = [];
  const templateKeys = new Set<ConstantValue>();
  const storedKeys: (ConstantValue | undefined)[] = [];
  let count = 0;
  for (const entry of entries) {
    const index = entry.key === undefined ? ++count : undefined;
    const key = entry.key === undefined ? index : constantOf(entry.key, false)?.value;
    if (key !== undefined && constantOf(entry.value, false) !== undefined) {
      template.push({ ...entry, index });
      templateKeys.add(key);
    } else {
      stored.push({ ...entry, index });
      storedKeys.push(key);
    }
  }
  // A key that is calculated may be any of them.
  const mayConflict = (key: ConstantValue | undefined): boolean =>
    key === undefined ? templateKeys.size > 0 : templateKeys.has(key);
  return storedKeys.some(mayConflict) ? [...template, ...stored] : undefined;
}
