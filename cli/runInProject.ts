/** `spacer run --project`: a program among the modules of a project, with its topics. */
import type { Host } from "../runtime/host.ts";
import type { CommandContext } from "./command.ts";
import { readConfig } from "./config.ts";
import { withEnvFile } from "./envFile.ts";
import { runProgram, type Program } from "./program.ts";
import { ProjectLog } from "./projectLog.ts";
import { openProgramState } from "./projectProgram.ts";
import type { LuaConsole } from "./repl/luaConsole.ts";

export interface RunningProgram {
  readonly program: Program;
  readonly context: CommandContext;
  readonly luaConsole: LuaConsole | undefined;
  readonly hasDebugAccess: boolean;
}

/**
 * Runs it. The topics of the project are opened when the program uses them, and closed when it has ended.
 *
 * @returns The exit code.
 */
export async function runInProject(
  root: string,
  { program, context, luaConsole, hasDebugAccess }: RunningProgram,
): Promise<number> {
  const environment = context.env["SPACER_ENV"] ?? "development";
  const config = readConfig(root, withEnvFile(root, context.env, environment));
  const log =
    config.topics.length === 0 ? undefined : new ProjectLog({ root, config, environment });
  luaConsole?.enterProject({ root, name: config.appName });
  try {
    const adapt = luaConsole && ((host: Host) => luaConsole.adapt(host));
    const state = openProgramState(root, context, { log, adapt, hasDebugAccess });
    return await runProgram(state, program);
  } finally {
    await log?.close();
  }
}
