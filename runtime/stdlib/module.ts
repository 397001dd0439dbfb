/** `module` (manual 5.3): the rest of a chunk writes its globals into a table of its own. */
import { call, first, NONE } from "../core/call.ts";
import { current } from "../core/current.ts";
import { BuiltinFrame, builtinCode, leave } from "../core/frames.ts";
import { LuaTable } from "../core/table.ts";
import type { LuaValue, Results } from "../core/value.ts";
import { callerError, checkString } from "./arguments.ts";
import { changeCallerEnvironment } from "./base/environments.ts";
import { defineBuiltin } from "./library.ts";

/**
 * Makes the module `name`: a table in `package.loaded` and under its name among the globals, which
 * becomes the environment of the function that called. Further arguments are functions that are
 * called with the table, such as `package.seeall`.
 *
 * @manual 5.3
 * @throws LuaError "name conflict for module 'x'"
 */
export const makeModule = defineBuiltin("module", (nameValue, ...options) => {
  const name = checkString(nameValue, 1);
  const { generation, state } = current;
  const known = generation.get(name);
  const table = known instanceof LuaTable ? known : namedTable(state.globals, name);
  generation.set(name, table);
  if (table.getString("_NAME") === undefined) {
    table.setString("_M", table);
    table.setString("_NAME", name);
    table.setString("_PACKAGE", name.slice(0, name.lastIndexOf(".") + 1));
  }
  changeCallerEnvironment(1, table);
  return new Options(options, table).apply();
});

const MODULE_CODE = builtinCode("module");

/** The functions that `module` calls with the table; left where one suspends. */
class Options extends BuiltinFrame {
  private readonly options: readonly LuaValue[];
  private readonly table: LuaTable;
  private count = 0;

  constructor(options: readonly LuaValue[], table: LuaTable) {
    super(MODULE_CODE);
    this.options = options;
    this.table = table;
  }

  /** Calls those that are left. */
  apply(): Results {
    const { options, table } = this;
    while (this.count < options.length) {
      if (first(call(options[this.count++], table)) === null) return leave(this);
    }
    return NONE;
  }

  run(): Results {
    return this.apply();
  }
}

/** The table `a.b.c` among the globals; missing ones on the way are made. */
function namedTable(globals: LuaTable, name: string): LuaTable {
  let holder = globals;
  for (const part of name.split(".")) {
    let next = holder.getString(part);
    if (next === undefined) holder.setString(part, (next = new LuaTable()));
    if (!(next instanceof LuaTable)) return callerError(`name conflict for module '${name}'`);
    holder = next;
  }
  return holder;
}
