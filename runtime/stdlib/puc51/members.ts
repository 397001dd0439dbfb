/**
 * Which globals and members of libraries PUC Lua 5.1 has that LuaJIT has not, and the other way
 * round. The libraries are opened as LuaJIT has them; `adaptToPuc51` (index.ts) goes by these lists.
 */

/** What LuaJIT adds: globals, and members of libraries as "library.member". */
export const absentIn51 = [
  "bit",
  "buffer",
  "jit",
  "coroutine.isyieldable",
  "debug.upvalueid",
  "debug.upvaluejoin",
  "package.searchpath",
  "string.buffer",
  "table.clear",
  "table.clone",
  "table.isarray",
  "table.isempty",
  "table.move",
  "table.new",
  "table.nkeys",
] as const;

/** What `require` of LuaJIT finds, by name. */
export const modulesAbsentIn51 = [
  "bit",
  "jit",
  "string.buffer",
  "table.clear",
  "table.clone",
  "table.isarray",
  "table.isempty",
  "table.new",
  "table.nkeys",
] as const;
