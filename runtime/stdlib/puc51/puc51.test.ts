/** Expected results are what `lua5.1` prints; more of it is in fixtures/language/lua-5.1. */
import { createState } from "../../index.ts";
import type { Host } from "../../host.ts";
import { LuaTable } from "../../core/table.ts";
import { absentIn51 } from "./members.ts";

const host = {
  process: { environmentVariable: () => undefined },
  files: {},
} as unknown as Host;

function memberOf(table: LuaTable, path: string): unknown {
  let value: unknown = table;
  for (const name of path.split(".")) {
    value = value instanceof LuaTable ? value.getString(name) : undefined;
  }
  return value;
}

test("what LuaJIT adds is absent, and nothing else is lost", () => {
  const { globals } = createState({ host, dialect: "5.1" });
  const luajit = createState({ host, dialect: "luajit" }).globals;
  expect(absentIn51.filter((path) => memberOf(globals, path) !== undefined)).toEqual([]);
  expect(absentIn51.some((path) => memberOf(luajit, path) !== undefined)).toBe(true);
  const preload = memberOf(globals, "package.preload") as LuaTable;
  const loaded = memberOf(globals, "package.loaded") as LuaTable;
  for (const name of ["bit", "jit", "jit.util", "string.buffer", "table.new", "table.clear"]) {
    expect(preload.getString(name) ?? loaded.getString(name)).toBeUndefined();
  }
  for (const path of ["string.gfind", "math.mod", "table.setn"]) {
    expect(typeof memberOf(globals, path)).toBe("function");
    expect(memberOf(luajit, path)).toBeUndefined();
  }
});

test("two names of one function", () => {
  const { globals } = createState({ host, dialect: "5.1" });
  expect(memberOf(globals, "math.mod")).toBe(memberOf(globals, "math.fmod"));
  expect(memberOf(globals, "string.gfind")).toBe(memberOf(globals, "string.gmatch"));
});
