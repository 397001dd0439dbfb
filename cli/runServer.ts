/**
 * Serves a project as it is, without watching it: all that one process does, be it the only one or a worker among others, from
 * the files of the project (startServer.ts) or from a bundle (bundled/server.ts).
 */
import { openAccessLog, type AccessLog } from "./accessLog/accessLog.ts";
import type { CommandContext } from "./command.ts";
import { OutputBatch } from "./outputBatch.ts";
import {
  createGatewayServer,
  type CloseOptions,
  type GatewayServer,
  type ListenOptions,
  type ServedGateway,
} from "../runtime/gateway/index.ts";
import type { ModuleFiles } from "../runtime/index.ts";
import type { SharedDict } from "../runtime/sharedDicts/index.ts";
import { LogError, type LogStorage } from "../runtime/topics/index.ts";
import type { ProjectConfig } from "./config.ts";
import type { ProjectSources } from "./dev/sources.ts";
import { UserError } from "./errors.ts";
import { productionReports } from "./production/productionReports.ts";
import { ServerLog } from "./production/serverLog.ts";
import type { Project, ProjectOptions } from "./openProject.ts";
import type { ProjectDatabase } from "./projectDatabase.ts";
import type { ProjectLog } from "./projectLog.ts";
import { plainReports, type ReportOptions, type ServerReports } from "./serverReports.ts";
import { theProjectDatabase, theProjectLog, theTopicServices } from "./server.lazy.ts";
import { gatewayAddress, urlOf } from "./serverAddress.ts";
import { listen, openGateway, type GatewayHooks } from "./serving.ts";
import type { ServerPart } from "./startOptions.ts";
import type { TopicServices } from "./topicServices.ts";
import { untilAborted } from "./untilAborted.ts";
import { warmTicks } from "./warmTicks.ts";

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
  /** What of it is served; `undefined`: all. */
  readonly only: ServerPart | undefined;
  readonly context: CommandContext;
  /** What a worker has from its supervisor. */
  readonly worker?: WorkerSurroundings;
  /** Hears of all requests, where there is no supervisor. */
  readonly observer?: RequestObserver | undefined;
}

export interface WorkerSurroundings {
  readonly number: number;
  /** What modules are loaded from. */
  readonly sources: ProjectSources;
  /** In place of listening. */
  readonly openServer: (
    entrance: Entrance,
    options: ListenOptions,
  ) => GatewayServer | Promise<GatewayServer>;
  /** What is in `ngx.shared`. */
  readonly sharedDicts: ReadonlyMap<string, SharedDict>;
  /** Hears of all requests. */
  readonly observer: RequestObserver;
}

/** A port, by what it is for. */
export type Entrance = "gateway" | "append";

export type RequestObserver = Pick<GatewayHooks, "onRequest"> & {
  /** A gateway that is observed. */
  observe(gateway: ServedGateway): ServedGateway;
};

export interface StartedServer {
  readonly config: ProjectConfig;
  readonly project: Project;
  readonly accessLog: AccessLog;
  readonly reports: ServerReports;
  readonly output: OutputBatch;
  /** `undefined` when the project has no topics. */
  readonly log: LogStorage | undefined;
  /** Of the gateway; `undefined` where that is not served. */
  readonly server: GatewayServer | undefined;
  /** Begins nothing more, and waits for what is in progress until it is cut. */
  close(options?: CloseOptions): Promise<void>;
}

/** What is known of the project besides its settings. */
export interface ServedProject {
  readonly open: (root: string, options: ProjectOptions) => Promise<Project>;
  /** Whether functions may ask for a database. */
  readonly usesDatabase: boolean;
}

/** @throws UserError when the project is wrong or the port is in use */
export async function runServer(
  options: StartOptions,
  config: ProjectConfig,
  served: ServedProject,
): Promise<StartedServer> {
  const { root, context } = options;
  warmTicks();
  const output = new OutputBatch(context.stdout, context.stderr);
  const notices: string[] = [];
  let tell = (message: string): void => {
    notices.push(message);
  };
  const accessLog = openAccessLog({
    root,
    config,
    print: (line) => {
      output.out(line);
    },
    onNotice: (message) => {
      tell(message);
    },
  });
  const isAccessPrinted = accessLog.isPrinted;
  const reports = reportsOf(options, { context, config, output, isAccessPrinted });
  tell = reports.onNotice;
  notices.forEach(tell);
  let log: ProjectLog | undefined;
  let database: ProjectDatabase | undefined;
  try {
    database = served.usesDatabase ? openDatabase(options, config, reports) : undefined;
    log = await openTopics(options, config, reports);
    const given = { ...options, config, output, accessLog, reports, log, database };
    return await serve(given, served);
  } catch (thrown) {
    await database?.close();
    await log?.close();
    accessLog.close();
    output.close();
    throw thrown;
  }
}

function reportsOf(
  { environment, context, worker }: StartOptions,
  options: ReportOptions,
): ServerReports {
  const { config, output } = options;
  if (environment !== "production") return plainReports(options);
  const write = (text: string): void => {
    output.error(text);
  };
  const serverLog = new ServerLog({ config, worker: worker?.number, write });
  return productionReports(serverLog, context.env["SPACER_DEBUG"] === "1");
}

interface ServeOptions extends StartOptions {
  readonly config: ProjectConfig;
  readonly output: OutputBatch;
  readonly accessLog: AccessLog;
  readonly reports: ServerReports;
  readonly log: ProjectLog | undefined;
  readonly database: ProjectDatabase | undefined;
}

async function serve(options: ServeOptions, served: ServedProject): Promise<StartedServer> {
  const { root, environment, context, config, output, accessLog, reports, only, worker } = options;
  const mode = environment === "production" ? "production" : "development";
  const { cwd, env, stdout, stderr } = context;
  const project = await served.open(root, {
    mode,
    context: { cwd, env, stdout, stderr, standardFiles: output.files() },
    config,
    log: options.log,
    database: options.database,
    sharedDicts: worker?.sharedDicts,
    ...(worker === undefined
      ? {}
      : { moduleFiles: (files: ModuleFiles) => worker.sources.moduleFiles(files) }),
  });
  const hooks = hooksFor(options);
  const gateway = await openGateway(project, env, hooks);
  const server = only === "triggers" ? undefined : await openServer(options);
  const observer = observerOf(options);
  server?.serve(observer?.observe(gateway) ?? gateway);
  const log = await options.log?.open();
  const services = await startServices(options, hooks, project, log).catch(
    async (thrown: unknown) => {
      await server?.close();
      throw thrown;
    },
  );
  if (worker === undefined) greet(options, server, services);
  const close = async (closing: CloseOptions = {}): Promise<void> => {
    const { cut } = closing;
    await Promise.race([
      Promise.all([server?.close(closing), services?.close(closing)]),
      ...(cut === undefined ? [] : [untilAborted(cut)]),
    ]);
    project.state.close();
    await gateway.close();
    await options.database?.close();
    await options.log?.close();
    accessLog.close();
    output.close();
  };
  return { config, project, accessLog, reports, output, log, server, close };
}

function openServer({
  config,
  environment,
  context,
  worker,
  ...given
}: ServeOptions): Promise<GatewayServer> {
  const address = gatewayAddress(config, environment, context.env, given);
  if (worker === undefined) return listen(address);
  return Promise.resolve(worker.openServer("gateway", address));
}

function observerOf({ worker, observer }: StartOptions): RequestObserver | undefined {
  return worker?.observer ?? observer;
}

/** Tells of requests, and of bugs they ran into. */
function hooksFor(options: ServeOptions): GatewayHooks {
  const { accessLog, reports } = options;
  const { onRequest, onBug, logSettings } = reports;
  const observer = observerOf(options);
  return {
    onRequest:
      observer === undefined
        ? onRequest
        : (entry) => {
            observer.onRequest(entry);
            onRequest(entry);
          },
    onSpan: accessLog.takeSpan,
    onBug,
    log: logSettings,
  };
}

function greet(
  { config, environment, output, only, context, ...given }: ServeOptions,
  server: GatewayServer | undefined,
  services: TopicServices | undefined,
): void {
  if (server !== undefined) {
    const { host } = gatewayAddress(config, environment, context.env, given);
    const url = urlOf(host, server.address.port);
    output.out(`spacer is serving ${config.appName} on ${url} (${environment})\n`);
  } else output.out(`spacer runs the triggers of ${config.appName} (${environment})\n`);
  if (services?.appendUrl !== undefined) {
    output.out(`other programs append to topics on ${services.appendUrl}\n`);
  }
}

async function startServices(
  options: ServeOptions,
  hooks: GatewayHooks,
  { state }: Project,
  log: LogStorage | undefined,
): Promise<TopicServices | undefined> {
  if (log === undefined) return undefined;
  const { config, context, group, writeProxy, only, reports, worker } = options;
  const {
    openServer = (_entrance: Entrance, address: ListenOptions) => createGatewayServer(address),
  } = worker ?? {};
  return await theTopicServices().startTopicServices({
    config: writeProxy && only !== "triggers" ? config : { ...config, writeProxyListen: undefined },
    log,
    group,
    runsTriggers: only !== "gateway",
    state: () => state,
    onEvent: reports.onEvent,
    env: context.env,
    hooks,
    onNotice: reports.onNotice,
    isDevelopment: false,
    createServer: async (address) => await openServer("append", address),
  });
}

/** Functions that use it open it. @throws UserError when its settings are wrong */
function openDatabase(
  { root, environment, context: { env } }: StartOptions,
  config: ProjectConfig,
  { onNotice }: ServerReports,
): ProjectDatabase {
  return new (theProjectDatabase().ProjectDatabase)({ root, config, environment, env, onNotice });
}

/** Opens the log of a project that has topics: a server is not to begin without them. */
async function openTopics(
  { root, environment }: StartOptions,
  config: ProjectConfig,
  { onNotice }: ServerReports,
): Promise<ProjectLog | undefined> {
  if (config.topics.length === 0) return undefined;
  const log = new (theProjectLog().ProjectLog)({ root, config, environment, onNotice });
  try {
    await log.open();
    return log;
  } catch (thrown) {
    if (thrown instanceof LogError) throw new UserError(thrown.message, thrown.hint);
    throw thrown;
  }
}
