/**
 * The libraries of the dialect `5.1`: those of LuaJIT without what it adds, and with the functions
 * that PUC Lua 5.1 has beside them or that behave in another way there. Smaller differences are
 * switches on `LuaState.isPuc51` where the functions are.
 */
import { TableIterator } from "../../core/iterate.ts";
import type { LuaState } from "../../core/state.ts";
import { LuaTable } from "../../core/table.ts";
import type { LuaFunction } from "../../core/value.ts";
import { openMath51 } from "./math.ts";
import { absentIn51, isAbsentIn51 } from "./members.ts";
import * as base from "./base.ts";
import { setn } from "./table.ts";
import { format51 } from "./format.ts";
import { gfind } from "./gfind.ts";

/** Changes the opened libraries of a state. */
export function adaptToPuc51(state: LuaState): void {
  const { globals, loaded } = state;
  for (const path of absentIn51) remove(globals, path);
  const preload = memberOf(memberOf(globals, "package"), "preload");
  for (const modules of [loaded, preload]) {
    for (const name of namesIn(modules)) {
      if (isAbsentIn51(name)) modules?.setString(name, undefined);
    }
  }
  const replacements: Readonly<Record<string, Readonly<Record<string, LuaFunction>>>> = {
    _G: {
      assert: base.assert51,
      load: base.load51,
      loadstring: base.loadstring51,
      pcall: base.pcall51,
      print: base.print51,
      tonumber: base.tonumber51,
      tostring: base.tostring51,
      xpcall: base.xpcall51,
    },
    coroutine: { create: base.create51, wrap: base.wrap51, yield: base.yield51 },
    math: openMath51(),
    string: { format: format51, gfind, gmatch: gfind },
    table: { setn },
  };
  for (const [library, functions] of Object.entries(replacements)) {
    const table = memberOf(globals, library);
    for (const [name, value] of Object.entries(functions)) table?.setString(name, value);
  }
  memberOf(globals, "package")?.setString("config", "/\n;\n?\n!\n-");
}

function remove(globals: LuaTable, path: string): void {
  const dot = path.indexOf(".");
  const holder = dot < 0 ? globals : memberOf(globals, path.slice(0, dot));
  holder?.setString(path.slice(dot + 1), undefined);
}

function namesIn(table: LuaTable | undefined): string[] {
  const names: string[] = [];
  if (table === undefined) return names;
  const entries = new TableIterator(table);
  while (entries.advance()) if (typeof entries.key === "string") names.push(entries.key);
  return names;
}

function memberOf(table: LuaTable | undefined, name: string): LuaTable | undefined {
  const value = table?.getString(name);
  return value instanceof LuaTable ? value : undefined;
}
