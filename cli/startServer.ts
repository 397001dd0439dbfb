/** Serves a project as it is, without watching it. */
import { openAccessLog, type AccessLog } from "./accessLog/accessLog.ts";
import type { CommandContext } from "./command.ts";
import { OutputBatch } from "./outputBatch.ts";
import type { LuaState } from "../runtime/index.ts";
import { LogError } from "../runtime/topics/index.ts";
import { readConfig, type ProjectConfig } from "./config.ts";
import { inProject } from "./envFile.ts";
import { describeFailure, UserError } from "./errors.ts";
import { describeEvent } from "./eventLine.ts";
import { openProject } from "./project.ts";
import { ProjectDatabase } from "./projectDatabase.ts";
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
  const { root, environment } = options;
  return await startWith({ ...options, context: inProject(options.context, root, environment) });
}

async function startWith(options: StartOptions): Promise<{ close(): Promise<void> }> {
  const { root, context } = options;
  const config = readConfig(root, context.env);
  const database = openDatabase(options, config);
  const log = await openTopics(options, config);
  const output = new OutputBatch(context.stdout, context.stderr);
  const print = (line: string): void => {
    output.out(line);
  };
  const accessLog = openAccessLog({ root, config, print, onNotice: noticeTo(context) });
  try {
    return await serve({ ...options, output, accessLog }, config, { log, database });
  } catch (thrown) {
    await database.close();
    await log?.close();
    accessLog.close();
    output.close();
    throw thrown;
  }
}

interface ServeOptions extends StartOptions {
  readonly output: OutputBatch;
  readonly accessLog: AccessLog;
}

interface ServedData {
  readonly log: ProjectLog | undefined;
  readonly database: ProjectDatabase;
}

async function serve(
  options: ServeOptions,
  config: ProjectConfig,
  { log, database }: ServedData,
): Promise<{ close(): Promise<void> }> {
  const { root, environment, context, output, accessLog, ...given } = options;
  const mode = environment === "production" ? "production" : "development";
  const { cwd, env, stdout, stderr } = context;
  const project = await openProject(root, {
    mode,
    context: { cwd, env, stdout, stderr, standardFiles: output.files() },
    config,
    log,
    database,
  });
  const hooks = hooksFor(options);
  const gateway = await openGateway(project, env, hooks);
  const defaultHost = mode === "production" ? "0.0.0.0" : LOOPBACK;
  const host = given.host ?? context.env["HOST"] ?? config.gateway.host ?? defaultHost;
  const port = given.port ?? config.gateway.port ?? DEFAULT_PORT;
  const server = await listen(host, port, config.gateway);
  server.serve(gateway);
  const services = await startServices(options, config, { log, hooks, state: project.state }).catch(
    async (thrown: unknown) => {
      await server.close();
      throw thrown;
    },
  );
  const url = urlOf(host, server.address.port);
  output.out(`spacer is serving ${config.appName} on ${url} (${environment})\n`);
  if (services?.appendUrl !== undefined) {
    output.out(`other programs append to topics on ${services.appendUrl}\n`);
  }
  return {
    close: async () => {
      await server.close();
      await services?.close();
      project.state.close();
      await gateway.close();
      await database.close();
      await log?.close();
      accessLog.close();
      output.close();
    },
  };
}

/**
 * Tells of requests, and of bugs they ran into. Where the access log is enough, only of what it does not say: why requests
 * failed.
 */
function hooksFor({ environment, context, output, accessLog }: ServeOptions): GatewayHooks {
  const { stdout, stderr, env } = context;
  const { isPrinted } = accessLog;
  const style = styleFor(isPrinted ? stderr : stdout, env);
  const showsAll = environment !== "production" && !isPrinted;
  return {
    onRequest: (entry) => {
      if (!showsAll && entry.failure === undefined) return;
      const text = describeRequest(entry, style);
      if (isPrinted) output.error(text);
      else output.out(text);
    },
    onSpan: accessLog.takeSpan,
    onBug: (thrown) => {
      output.error(describeFailure(thrown, env["SPACER_DEBUG"] === "1").text);
    },
  };
}

function noticeTo({ stderr }: CommandContext): (message: string) => void {
  return (message) => {
    stderr.write(`spacer: ${message}\n`);
  };
}

interface Serving {
  readonly log: ProjectLog | undefined;
  readonly hooks: GatewayHooks;
  readonly state: LuaState;
}

async function startServices(
  options: ServeOptions,
  config: ProjectConfig,
  { log, hooks, state }: Serving,
): Promise<TopicServices | undefined> {
  if (log === undefined) return undefined;
  const { context, group, writeProxy, output } = options;
  const style = styleFor(context.stdout, context.env);
  const isDebugging = context.env["SPACER_DEBUG"] === "1";
  return await startTopicServices({
    config: writeProxy ? config : { ...config, writeProxyListen: undefined },
    log: await log.open(),
    group,
    state: () => state,
    onEvent: (event) => {
      output.out(describeEvent(event, style, isDebugging));
    },
    env: context.env,
    hooks,
    onNotice: noticeTo(context),
    isDevelopment: false,
  });
}

/** Functions that use it open it. @throws UserError when its settings are wrong */
function openDatabase(
  { root, environment, context }: StartOptions,
  config: ProjectConfig,
): ProjectDatabase {
  const { env } = context;
  return new ProjectDatabase({ root, config, environment, env, onNotice: noticeTo(context) });
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
