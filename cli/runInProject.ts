/** `spacer run --project`: a program among the modules of a project, with its topics and its database. */
import { provideHttpSettings, provideSharedDicts } from "../runtime/index.ts";
import type { Host } from "../runtime/host.ts";
import { DictSet } from "../runtime/sharedDicts/index.ts";
import type { CommandContext } from "./command.ts";
import { readConfig } from "./config.ts";
import { withEnvFile } from "./envFile.ts";
import { httpSettingsOf } from "./httpConfig.ts";
import { runProgram, type Program } from "./program.ts";
import { ProjectDatabase } from "./projectDatabase.ts";
import { ProjectLog } from "./projectLog.ts";
import { openProgramState } from "./projectProgram.ts";
import type { LuaConsole } from "./repl/luaConsole.ts";
import { TEST_VARIABLE } from "./testing/testVariables.ts";

export interface RunningProgram {
  readonly program: Program;
  readonly context: CommandContext;
  readonly luaConsole: LuaConsole | undefined;
  readonly hasDebugAccess: boolean;
}

/**
 * Runs it. The topics and the database of the project are opened when the program uses them, and closed when it has ended.
 *
 * @returns The exit code.
 */
export async function runInProject(root: string, running: RunningProgram): Promise<number> {
  const { program, context, luaConsole, hasDebugAccess } = running;
  if (context.env[TEST_VARIABLE] === "1") {
    const { runTestProgram } = await import("./testing/app/runTestProgram.ts");
    return await runTestProgram(root, running);
  }
  const environment = context.env["SPACER_ENV"] ?? "development";
  const env = withEnvFile(root, context.env, environment);
  const config = readConfig(root, env);
  const log =
    config.topics.length === 0 ? undefined : new ProjectLog({ root, config, environment });
  const database = new ProjectDatabase({ root, config, environment, env });
  luaConsole?.enterProject({ root, name: config.appName });
  try {
    const adapt = luaConsole && ((host: Host) => luaConsole.adapt(host));
    const state = openProgramState(root, context, { log, database, adapt, hasDebugAccess });
    provideSharedDicts(state, new DictSet(() => Date.now()).configure(config.sharedDicts));
    provideHttpSettings(state, httpSettingsOf(config));
    return await runProgram(state, program);
  } finally {
    await database.close();
    await log?.close();
  }
}
