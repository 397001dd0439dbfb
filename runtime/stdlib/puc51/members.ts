/**
 * Which globals and members of libraries PUC Lua 5.1 has that LuaJIT has not, and the other way
 * round. The libraries are opened as LuaJIT has them; `adaptToPuc51` (index.ts) goes by these lists.
 */

/** What LuaJIT adds: globals, and members of libraries (or modules) as "library.member". */
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

/** Whether it is one of them, or in one of them: "jit.util". A module that `require` finds is called alike. */
export function isAbsentIn51(path: string): boolean {
  const names: readonly string[] = absentIn51;
  return names.includes(path) || names.includes(path.replace(/\..*/s, ""));
}
