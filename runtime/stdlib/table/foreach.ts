/** `table.foreach` and `table.foreachi` (manual 7.2), left where the function that they call suspends. */
import { ALARM, alarm, checkpoint } from "../../core/budget.ts";
import { first, NONE } from "../../core/call.ts";
import { BuiltinFrame, builtinCode, firstOf, leave } from "../../core/frames.ts";
import { TableIterator } from "../../core/iterate.ts";
import type { LuaTable } from "../../core/table.ts";
import type { LuaFunction, Results } from "../../core/value.ts";

const FOREACH_CODE = builtinCode("table.foreach");
const FOREACHI_CODE = builtinCode("table.foreachi");

/** All entries. */
export class EntryVisit extends BuiltinFrame {
  private readonly entries: TableIterator;
  private readonly visitor: LuaFunction;

  constructor(table: LuaTable, visitor: LuaFunction) {
    super(FOREACH_CODE);
    this.entries = new TableIterator(table);
    this.visitor = visitor;
  }

  /** Visits what is left. */
  go(): Results {
    const { entries, visitor } = this;
    while (entries.advance()) {
      if (alarm[ALARM.raised] !== 0) checkpoint();
      const result = first(visitor(entries.key, entries.value));
      if (result === null) return leave(this);
      if (result !== undefined) return result;
    }
    return NONE;
  }

  run(results: Results): Results {
    return firstOf(results) ?? this.go();
  }
}

/** The elements 1 to the length that the table had at first. */
export class ElementVisit extends BuiltinFrame {
  private readonly table: LuaTable;
  private readonly visitor: LuaFunction;
  private readonly length: number;
  private visited = 0;

  constructor(table: LuaTable, visitor: LuaFunction) {
    super(FOREACHI_CODE);
    this.table = table;
    this.visitor = visitor;
    this.length = table.length();
  }

  /** Visits what is left. */
  go(): Results {
    const { table, visitor, length } = this;
    while (this.visited < length) {
      if (alarm[ALARM.raised] !== 0) checkpoint();
      const luaIndex = ++this.visited;
      const result = first(visitor(luaIndex, table.getNumber(luaIndex)));
      if (result === null) return leave(this);
      if (result !== undefined) return result;
    }
    return NONE;
  }

  run(results: Results): Results {
    return firstOf(results) ?? this.go();
  }
}
