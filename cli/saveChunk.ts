/** `luajit -b`: compiles a file and saves what `string.dump` makes of it, for `load` and for running it as a program. */
import type { LuaState, LuaValue } from "../runtime/index.ts";
import { UsageError } from "./errors.ts";

export interface SavedChunk {
  /** Paths, in bytes; "-" is standard input, or output. */
  readonly from: string;
  readonly to: string;
}

/** @throws UsageError unless there are two words */
export function savedChunk(from: string | undefined, rest: readonly string[]): SavedChunk {
  const [to, ...surplus] = rest;
  if (from !== undefined && to !== undefined && surplus.length === 0) return { from, to };
  throw new UsageError(
    "-b needs two files: the program, and where to save it",
    "'spacer inspect FILE' shows what a file becomes",
  );
}

/** Without names and lines, as `luajit -b` does it. In Lua, for it is what a program would do. */
const PROGRAM = `
local from, to = ...
local function check(value, message)
  return value or error(message, 0)
end
local chunk = check(loadfile(from))
local file = to == "-" and io.stdout or check(io.open(to, "wb"))
check(file:write(string.dump(chunk, true)))
check(file:flush())
if to ~= "-" then file:close() end`;

/** Rejects with a `LuaError`. */
export async function saveChunk(state: LuaState, { from, to }: SavedChunk): Promise<void> {
  const source: LuaValue = from === "-" ? undefined : from;
  await state.run(state.load(PROGRAM, "=(save)"), source, to);
}
