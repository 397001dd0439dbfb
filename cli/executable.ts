/** What the executables have in common: the process as the context, and what nobody caught. */
import { realpathSync } from "node:fs";
import type { CommandContext } from "./command.ts";
import { takeDebuggerSignal } from "./debuggerSignal.ts";
import { describeFailure } from "./errors.ts";
import { ProgramExit } from "./luaState.ts";
import { processContext } from "./processContext.ts";

/** Runs a program as this process. @param main Returns the exit code. */
export async function runExecutable(
  main: (words: readonly string[], context: CommandContext) => Promise<number>,
): Promise<void> {
  takeDebuggerSignal(process.argv[2]);
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (thrown) => {
      // `os.exit` in the callback of a timer, which nobody called.
      if (thrown instanceof ProgramExit) process.exit(thrown.exitCode);
      const { text, exitCode } = describeFailure(thrown, process.env["SPACER_DEBUG"] === "1");
      process.stderr.write(text, () => process.exit(exitCode));
    });
  }
  const context = processContext(realpathSync.native(process.argv[1] ?? ""));
  process.exitCode = await main(process.argv.slice(2), context);
}
