/** Serves a project as it is, without watching it. */
import type { CommandContext } from "./command.ts";
import type { LuaState } from "../runtime/index.ts";
import { LogError } from "../runtime/topics/index.ts";
import { readConfig, type ProjectConfig } from "./config.ts";
import { describeFailure, UserError } from "./errors.ts";
import { describeEvent } from "./eventLine.ts";
import { openProject } from "./project.ts";
import { ProjectLog } from "./projectLog.ts";
import { describeRequest } from "./requestLine.ts";
import {
  DEFAULT_PORT,
  listen,
  LOOPBACK,
  openGateway,
  urlOf,
  type GatewayHooks,
} from "./serving.ts";
import { styleFor } from "./style.ts";
import { startTopicServices, type TopicServices } from "./topicServices.ts";

export interface StartOptions {
  /** Absolute path. */
  readonly root: string;
  /** "production" is the one that has a meaning of its own. */
  readonly environment: string;
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** The consumer group; that of the settings when left out. */
  readonly group: string | undefined;
  /** Whether other programs may append, if the settings say where. */
  readonly writeProxy: boolean;
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
  options: StartOptions,
  config: ProjectConfig,
  log: ProjectLog | undefined,
): Promise<{ close(): Promise<void> }> {
  const { root, environment, context, ...given } = options;
  const mode = environment === "production" ? "production" : "development";
  const project = await openProject(root, { mode, context, config, log });
  const gateway = await openGateway(project, context.env, hooksFor(context));
  const defaultHost = mode === "production" ? "0.0.0.0" : LOOPBACK;
  const host = given.host ?? context.env["HOST"] ?? config.gateway.host ?? defaultHost;
  const server = await listen(host, given.port ?? config.gateway.port ?? DEFAULT_PORT);
  server.serve(gateway);
  const services = await startServices(options, config, log, project.state).catch(
    async (thrown: unknown) => {
      await server.close();
      throw thrown;
    },
  );
  const url = urlOf(host, server.address.port);
  context.stdout.write(`spacer is serving ${config.appName} on ${url} (${environment})\n`);
  if (services?.appendUrl !== undefined) {
    context.stdout.write(`other programs append to topics on ${services.appendUrl}\n`);
  }
  return {
    close: async () => {
      await server.close();
      await services?.close();
      project.state.close();
      await gateway.close();
      await log?.close();
    },
  };
}

/** Tells of requests, and of bugs they ran into. */
function hooksFor({ stdout, stderr, env }: CommandContext): GatewayHooks {
  const style = styleFor(stdout, env);
  return {
    onRequest: (entry) => stdout.write(describeRequest(entry, style)),
    onBug: (thrown) => {
      stderr.write(describeFailure(thrown, env["SPACER_DEBUG"] === "1").text);
    },
  };
}

function noticeTo({ stderr }: CommandContext): (message: string) => void {
  return (message) => {
    stderr.write(`spacer: ${message}\n`);
  };
}

async function startServices(
  { context, group, writeProxy }: StartOptions,
  config: ProjectConfig,
  log: ProjectLog | undefined,
  state: LuaState,
): Promise<TopicServices | undefined> {
  if (log === undefined) return undefined;
  const style = styleFor(context.stdout, context.env);
  const isDebugging = context.env["SPACER_DEBUG"] === "1";
  return await startTopicServices({
    config: writeProxy ? config : { ...config, writeProxyListen: undefined },
    log: await log.open(),
    group,
    state: () => state,
    onEvent: (event) => context.stdout.write(describeEvent(event, style, isDebugging)),
    env: context.env,
    hooks: hooksFor(context),
    onNotice: noticeTo(context),
    isDevelopment: false,
  });
}

/** Opens the log of a project that has topics: a server is not to begin without them. */
async function openTopics(
  { root, environment, context }: StartOptions,
  config: ProjectConfig,
): Promise<ProjectLog | undefined> {
  if (config.topics.length === 0) return undefined;
  const log = new ProjectLog({ root, config, environment, onNotice: noticeTo(context) });
  try {
    await log.open();
    return log;
  } catch (thrown) {
    if (thrown instanceof LogError) throw new UserError(thrown.message, thrown.hint);
    throw thrown;
  }
}
