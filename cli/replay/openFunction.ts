/** The function that events are replayed to, in a project of its own. */
import type { Writable } from "node:stream";
import {
  provideLog,
  type LogStorage,
  type Trigger,
  type TriggerHandler,
} from "../../runtime/topics/index.ts";
import { openReplayedFunction, type ReplayCall } from "../../runtime/triggers/index.ts";
import type { CommandContext } from "../command.ts";
import type { ProjectConfig } from "../config.ts";
import { UserError } from "../errors.ts";
import { limitsOf } from "../limits.ts";
import { withoutLoader } from "../loaderError.ts";
import { openProject } from "../project.ts";
import { ProjectDatabase } from "../projectDatabase.ts";

export interface OpenFunction {
  readonly call: ReplayCall;
  close(): Promise<void>;
}

export interface FunctionOptions {
  /** Of the project; absolute path. */
  readonly root: string;
  readonly config: ProjectConfig;
  readonly environment: string;
  readonly log: LogStorage;
  readonly name: string;
  readonly timeoutMs: number | undefined;
  /** Whether what it appends is only noted. */
  readonly isHeldBack: boolean;
  /** Where its output goes. */
  readonly output: Writable;
  readonly env: CommandContext["env"];
}

/** @throws UserError when it is missing or can't be loaded */
export async function openFunction(options: FunctionOptions): Promise<OpenFunction> {
  const { root, config, environment, log, name, timeoutMs, isHeldBack, output, env } = options;
  const context = { cwd: root, env, stdout: output, stderr: output };
  const database = new ProjectDatabase({ root, config, environment, env });
  const { state } = await openProject(root, { mode: "development", context, config, database });
  provideLog(state, () => Promise.resolve(log));
  const limits = limitsOf(config);
  const opened = await openReplayedFunction(state, { name, limits, timeoutMs, isHeldBack });
  switch (opened.kind) {
    case "open":
      return {
        call: opened.call,
        close: async () => {
          state.close();
          await database.close();
        },
      };
    case "missing":
      throw new UserError(
        `there is no function '${name}'`,
        `app/${name.replaceAll(".", "/")}.lua would be its file`,
      );
    case "broken":
      throw new UserError(`'${name}' can't be called: ${withoutLoader(opened.error)}`);
  }
}

/** A function as the triggers of the topic name it; `undefined` when they don't. */
export function findHandler(
  trigger: Trigger | undefined,
  name: string,
): TriggerHandler | undefined {
  return trigger?.handlers.find(
    ({ run }) => run.replaceAll(".", "/") === name.replaceAll(".", "/"),
  );
}
