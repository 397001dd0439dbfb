#!/usr/bin/env -S node --stack-size=3900 --no-allocation-site-pretenuring --min-semi-space-size=2
/**
 * The executable. Compiled Lua recurses on the JavaScript stack, so Node must be started with a
 * larger one; the flag has no effect later. What the other is for says docs/decisions/start-up.md.
 */
import { runExecutable } from "./executable.ts";
import { runCli } from "./runCli.ts";

void runExecutable(runCli);
