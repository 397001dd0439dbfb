/**
 * Global variables. An environment is an ordinary table whose string keys live in cells, one per
 * name: emitted code holds the cell and reads `cell.v` without a lookup, while `_G.name`, `rawset`
 * and `pairs(_G)` go through the hash part below and see the same cells.
 *
 * Invariant: in an environment no string key is a field and none is a plain hash entry.
 */
import { NO_FIELDS } from "./fields.ts";
import { CLAIMS, OrderedHash } from "./hash.ts";
import type { LuaTable } from "./table.ts";
import type { LuaValue } from "./value.ts";

/** One global variable of one environment. The short name `v` is part of emitted code. */
export class Cell {
  v: LuaValue = undefined;
  readonly name: string;
  readonly environment: LuaTable;

  constructor(name: string, environment: LuaTable) {
    this.name = name;
    this.environment = environment;
  }
}

/** The hash part of an environment: string keys in cells, all else as in any table. */
class EnvironmentHash extends OrderedHash {
  override holdsStrings = true;
  private readonly cells = new Map<string, Cell>();
  private readonly table: LuaTable;

  constructor(table: LuaTable) {
    super();
    this.table = table;
  }

  override get claims(): number {
    return CLAIMS.strings;
  }

  cell(name: string): Cell {
    let cell = this.cells.get(name);
    if (cell === undefined) {
      cell = new Cell(name, this.table);
      this.cells.set(name, cell);
      super.set(name, CELL_MARK);
    }
    return cell;
  }

  override get(key: LuaValue): LuaValue {
    return typeof key === "string" ? this.cells.get(key)?.v : super.get(key);
  }

  override set(key: LuaValue, value: LuaValue): void {
    if (typeof key === "string") this.cell(key).v = value;
    else super.set(key, value);
  }

  override replace(): boolean {
    return false;
  }

  override delete(key: LuaValue): void {
    if (typeof key === "string") {
      const cell = this.cells.get(key);
      if (cell !== undefined) cell.v = undefined;
    } else super.delete(key);
  }

  override valueAt(slot: number): LuaValue {
    const key = this.keyAt(slot);
    return typeof key === "string" ? this.cells.get(key)?.v : super.valueAt(slot);
  }
}

/** Keeps the slot of a cell alive in the underlying hash, whatever the cell holds. */
const CELL_MARK = true;

/**
 * Turns a table into an environment, once: moves its string keys into cells. The table keeps its
 * identity, metatable and contents.
 */
export function makeEnvironment(table: LuaTable): void {
  if (table.hash instanceof EnvironmentHash) return;
  table.heritage?.bar();
  const entries: [LuaValue, LuaValue][] = [];
  for (const key of Object.keys(table.fields)) entries.push([key, table.fields[key]]);
  const { hash } = table;
  if (hash !== undefined) entries.push(...hash.entries());
  const environment = new EnvironmentHash(table);
  table.fields = NO_FIELDS;
  table.inherited = NO_FIELDS;
  table.hash = environment;
  table.heritage?.changed("__index");
  for (const [key, value] of entries) if (value !== undefined) environment.set(key, value);
}

/** The cell of a global variable. Makes the table an environment if it is not one yet. */
export function globalCell(table: LuaTable, name: string): Cell {
  if (!(table.hash instanceof EnvironmentHash)) makeEnvironment(table);
  return (table.hash as EnvironmentHash).cell(name);
}
