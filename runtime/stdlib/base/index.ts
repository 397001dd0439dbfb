/** The basic functions (manual 5.1), which are global variables. */
import type { LuaState } from "../../core/state.ts";
import type { LuaTable } from "../../core/table.ts";
import { defineLibrary } from "../library.ts";
import { makeModule } from "../module.ts";
import { print, tonumber, tostring, type } from "./conversions.ts";
import { getfenv, setfenv } from "./environments.ts";
import { assert, error, pcall, xpcall } from "./errors.ts";
import { ipairs, next, pairs } from "./iteration.ts";
import { select, unpack } from "./lists.ts";
import { dofile, load, loadfile, loadstring } from "./loading.ts";
import { collectgarbage, gcinfo, newproxy } from "./memory.ts";
import { getmetatable, rawequal, rawget, rawlen, rawset, setmetatable } from "./raw.ts";

export const baseLibrary = defineLibrary("", {
  assert,
  collectgarbage,
  dofile,
  error,
  gcinfo,
  getfenv,
  getmetatable,
  ipairs,
  load,
  loadfile,
  loadstring,
  module: makeModule,
  newproxy,
  next,
  pairs,
  pcall,
  print,
  rawequal,
  rawget,
  rawset,
  select,
  setfenv,
  setmetatable,
  tonumber,
  tostring,
  type,
  unpack,
  xpcall,
});

/** Puts the basic functions into the globals of a state. Returns the globals. */
export function openBase(state: LuaState): LuaTable {
  const { globals } = state;
  for (const [name, builtin] of Object.entries(baseLibrary.functions)) {
    globals.setString(name, builtin);
  }
  if (state.isLua52Compatible) globals.setString("rawlen", rawlen);
  globals.setString("_VERSION", "Lua 5.1");
  globals.setString("_G", globals);
  return globals;
}
