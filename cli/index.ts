#!/usr/bin/env -S node --stack-size=3900
/**
 * The executable. Compiled Lua recurses on the JavaScript stack, so Node must be started with a
 * larger one; the flag has no effect later.
 */
import { fileURLToPath } from "node:url";
import { describeFailure } from "./errors.ts";
import { processContext } from "./processContext.ts";
import { runCli } from "./runCli.ts";

const context = processContext(fileURLToPath(import.meta.url));

for (const event of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(event, (thrown) => {
    const isDebugging = context.env["SPACER_DEBUG"] === "1";
    const { text, exitCode } = describeFailure(thrown, isDebugging);
    process.stderr.write(text, () => process.exit(exitCode));
  });
}

process.exitCode = await runCli(process.argv.slice(2), context);
