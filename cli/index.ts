#!/usr/bin/env -S node --stack-size=3900
/**
 * The executable. Compiled Lua recurses on the JavaScript stack, so Node must be started with a
 * larger one; the flag has no effect later.
 */
import { runExecutable } from "./executable.ts";
import { runCli } from "./runCli.ts";

void runExecutable(runCli);
