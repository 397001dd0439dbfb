#!/usr/bin/env -S node --stack-size=3900
/**
 * The executable. Compiled Lua recurses on the JavaScript stack, so Node must be started with a
 * larger one; the flag has no effect later.
 */
import { realpathSync } from "node:fs";
import { describeFailure } from "./errors.ts";
import { ProgramExit } from "./luaState.ts";
import { processContext } from "./processContext.ts";
import { runCli } from "./runCli.ts";

for (const event of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(event, (thrown) => {
    // `os.exit` in the callback of a timer, which nobody called.
    if (thrown instanceof ProgramExit) process.exit(thrown.exitCode);
    const { text, exitCode } = describeFailure(thrown, process.env["SPACER_DEBUG"] === "1");
    process.stderr.write(text, () => process.exit(exitCode));
  });
}

const context = processContext(realpathSync(process.argv[1] ?? ""));
process.exitCode = await runCli(process.argv.slice(2), context);
