#!/usr/bin/env -S node --stack-size=3900 --no-allocation-site-pretenuring --min-semi-space-size=2
/**
 * The executable `spacer-lua`: `spacer run` in one word, for programs and tools that start `lua`. It says what it does
 * as `lua` would, under the name it was started by, so that a link to it called `lua` is one.
 */
import type { CommandContext } from "./command.ts";
import { runExecutable } from "./executable.ts";
import { programName, runLua } from "./runLua.ts";

void runExecutable((words, context) => {
  const name = programName(process.argv[1] ?? "", context.env["PATH"]);
  // Not by spreading it: reading a stream or the signal takes it from Lua.
  const named = Object.create(context, {
    luaProgram: { value: name },
    luaName: { value: name },
  }) as CommandContext;
  return runLua(words, named);
});
