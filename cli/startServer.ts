/** Serves a project as it is, without watching it. */
import type { CommandContext } from "./command.ts";
import { LogError } from "../runtime/topics/index.ts";
import { readConfig, type ProjectConfig } from "./config.ts";
import { describeFailure, UserError } from "./errors.ts";
import { openProject } from "./project.ts";
import { ProjectLog } from "./projectLog.ts";
import { describeRequest } from "./requestLine.ts";
import { DEFAULT_PORT, listen, LOOPBACK, openGateway, urlOf } from "./serving.ts";
import { styleFor } from "./style.ts";

export interface StartOptions {
  /** Absolute path. */
  readonly root: string;
  /** "production" is the one that has a meaning of its own. */
  readonly environment: string;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly context: CommandContext;
}

/** @throws UserError when the project is wrong or the port is in use */
export async function startServer(options: StartOptions): Promise<{ close(): Promise<void> }> {
  const config = readConfig(options.root, options.context.env);
  const log = await openTopics(options, config);
  try {
    return await serve(options, config, log);
  } catch (thrown) {
    await log?.close();
    throw thrown;
  }
}

async function serve(
  { root, environment, context, ...given }: StartOptions,
  config: ProjectConfig,
  log: ProjectLog | undefined,
): Promise<{ close(): Promise<void> }> {
  const mode = environment === "production" ? "production" : "development";
  const project = await openProject(root, { mode, context, config, log });
  const style = styleFor(context.stdout, context.env);
  const gateway = await openGateway(project, context.env, {
    onRequest: (entry) => context.stdout.write(describeRequest(entry, style)),
    onBug: (thrown) => {
      const { text } = describeFailure(thrown, context.env["SPACER_DEBUG"] === "1");
      context.stderr.write(text);
    },
  });
  const defaultHost = mode === "production" ? "0.0.0.0" : LOOPBACK;
  const host = given.host ?? context.env["HOST"] ?? config.gateway.host ?? defaultHost;
  const server = await listen(host, given.port ?? config.gateway.port ?? DEFAULT_PORT);
  server.serve(gateway);
  const url = urlOf(host, server.address.port);
  context.stdout.write(`spacer is serving ${config.appName} on ${url} (${environment})\n`);
  return {
    close: async () => {
      await server.close();
      await gateway.close();
      await log?.close();
    },
  };
}

/** Opens the log of a project that has topics: a server is not to begin without them. */
async function openTopics(
  { root, environment, context }: StartOptions,
  config: ProjectConfig,
): Promise<ProjectLog | undefined> {
  if (config.topics.length === 0) return undefined;
  const onNotice = (message: string): void => {
    context.stderr.write(`spacer: ${message}\n`);
  };
  const log = new ProjectLog({ root, config, environment, onNotice });
  try {
    await log.open();
    return log;
  } catch (thrown) {
    if (thrown instanceof LogError) throw new UserError(thrown.message, thrown.hint);
    throw thrown;
  }
}
