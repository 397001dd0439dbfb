/** What the commands that look into a project's topics share: its log, opened, and closed when they end. */
import { LogError, MemoryLog, type LogStorage } from "../runtime/topics/index.ts";
import type { CommandContext, OptionDefinition } from "./command.ts";
import { readConfig, type ProjectConfig } from "./config.ts";
import { withEnvFile } from "./envFile.ts";
import { UserError } from "./errors.ts";
import { ProjectLog } from "./projectLog.ts";
import { CONFIG_FILE, findProjectRoot } from "./projectRoot.ts";

/** Options of every command that needs a project's log. */
export const LOG_OPTIONS = {
  project: {
    type: "string",
    placeholder: "DIR",
    description: "The project; that of the current folder if left out",
  },
  env: {
    type: "string",
    placeholder: "NAME",
    description: "The environment; SPACER_ENV or 'development' if left out",
  },
  json: { type: "boolean", description: "Print JSON, for programs" },
} as const satisfies Readonly<Record<string, OptionDefinition>>;

export interface LogChoice {
  readonly project: string | undefined;
  readonly env: string | undefined;
}

export interface OpenProjectLog {
  readonly log: LogStorage;
  readonly config: ProjectConfig;
  readonly environment: string;
  /** With what the project's file sets. */
  readonly env: CommandContext["env"];
}

/**
 * Opens the log of a project, and closes it when `use` has ended.
 *
 * @throws UserError when there are no topics, or none that outlive a command; what `use` throws, of the log's
 *   errors made one
 */
export async function withProjectLog<Result>(
  choice: LogChoice,
  context: CommandContext,
  use: (opened: OpenProjectLog) => Promise<Result>,
): Promise<Result> {
  const root = findProjectRoot(choice.project, context.cwd);
  const environment = choice.env ?? context.env["SPACER_ENV"] ?? "development";
  const env = withEnvFile(root, context.env, environment);
  const config = readConfig(root, env);
  if (config.topics.length === 0) {
    throw new UserError(
      "this project has no topics",
      `${CONFIG_FILE} names them: topics: [orders]`,
    );
  }
  const onNotice = (message: string): void => {
    context.stderr.write(`spacer: ${message}\n`);
  };
  const projectLog = new ProjectLog({ root, config, environment, onNotice });
  try {
    const log = await projectLog.open();
    if (log instanceof MemoryLog) {
      throw new UserError(
        `in the environment '${environment}' events are in the memory of each program that has some`,
        "choose another one by --env, or have driver: postgres in its logStorage",
      );
    }
    return await use({ log, config, environment, env });
  } catch (thrown) {
    if (thrown instanceof LogError) throw new UserError(thrown.message, thrown.hint);
    throw thrown;
  } finally {
    await projectLog.close();
  }
}
