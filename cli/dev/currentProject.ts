/**
 * What is served: the newest state of a project that could be loaded, and its gateway. Where app/gateway.lua is wrong, the routes
 * before stay; at the first start, when there are none, every path answers with the error.
 */
import type { Gateway, GatewayServer } from "../../runtime/gateway/index.ts";
import type { LuaState } from "../../runtime/index.ts";
import { DictSet } from "../../runtime/sharedDicts/index.ts";
import { toBytes } from "../bytes.ts";
import { UserError } from "../errors.ts";
import type { ProjectContext } from "../project.ts";
import { GATEWAY_FILE } from "../projectRoot.ts";
import type { GatewayHooks, Route } from "../serving.ts";
import type { CurrentSettings } from "./currentSettings.ts";
import { gatewayProblem } from "./gatewayProblem.ts";
import type { ModuleCache } from "./moduleCache.ts";
import { ServedProject, type Effect } from "./servedProject.ts";
import { ProjectSources } from "./sources.ts";

export interface CurrentProjectOptions {
  /** Absolute path. */
  readonly root: string;
  readonly sources: ProjectSources;
  readonly cache: ModuleCache;
  readonly settings: Pick<CurrentSettings, "config" | "log" | "env" | "database">;
  readonly server: Pick<GatewayServer, "serve">;
  readonly context: ProjectContext;
  readonly hooks: GatewayHooks;
  /** Another state is served; the one before is closed afterwards. */
  readonly onReplaced: () => void;
  readonly onBroken: (error: UserError, consequence: string) => void;
}

export class CurrentProject {
  private readonly options: CurrentProjectOptions;
  /** They outlive all states. */
  private readonly sharedDicts = new DictSet(() => Date.now());
  private served: ServedProject | undefined = undefined;
  /** What answers while there never was a gateway file that worked. */
  private problem: ServedProject | undefined = undefined;
  /** The newest source of the gateway file that worked. */
  private workingGateway: string | undefined = undefined;
  private hasBrokenGateway = false;
  private isOlder = false;

  constructor(options: CurrentProjectOptions) {
    this.options = options;
  }

  /** Whether something was loaded. */
  get isServed(): boolean {
    return this.served !== undefined;
  }

  /** Of what is served. */
  get state(): LuaState {
    return (this.served as ServedProject).state;
  }

  /** The routes that are served. */
  get routes(): readonly Route[] {
    return this.served?.routes ?? [];
  }

  /** Whether the newest gateway file does not work. */
  get isGatewayBroken(): boolean {
    return this.hasBrokenGateway;
  }

  /** Whether what is served is older than the sources. */
  get isBehind(): boolean {
    return this.isOlder;
  }

  /** What its modules have read: paths from the root, in bytes. */
  filesRead(): ReadonlySet<string> | undefined {
    return this.served?.filesRead();
  }

  /** Files have changed, and the sources with them. @returns `undefined` when only a fresh state will do. */
  change(files: readonly string[]): Effect | undefined {
    if (this.served === undefined || this.isOlder) return undefined;
    // A gateway file that failed may have failed for what has changed now.
    return this.served.change(new Set(files.map(toBytes)), this.hasBrokenGateway);
  }

  /** Loads everything in another state. What is in progress ends in the one before. */
  async serveFresh(): Promise<void> {
    const opened = await this.openProject(this.options.sources);
    const problem = await this.tryGateway(opened);
    const isFirst = this.served === undefined;
    const isUsable = problem === undefined || isFirst;
    const next = isUsable ? opened : await this.openWithLastRoutes();
    // Even the last routes can't be loaded: what is served goes on, until something is changed.
    this.isOlder = next === undefined;
    if (next !== opened) await opened.close();
    if (next !== undefined) await this.replaceServed(next);
    if (problem !== undefined) await this.gatewayFailed(problem);
  }

  /** Reads the routes anew. Where that fails, those before stay. */
  async renewGateway(): Promise<void> {
    const { served } = this;
    if (served === undefined) return;
    const before = served.gateway;
    const problem = await this.tryGateway(served);
    if (problem !== undefined) await this.gatewayFailed(problem);
    else if (served.gateway !== undefined) await this.serveGateway(served.gateway);
    if (served.gateway !== before) await before?.close();
  }

  async close(): Promise<void> {
    await this.problem?.close();
    await this.served?.close();
  }

  private async replaceServed(next: ServedProject): Promise<void> {
    const before = this.served;
    this.served = next;
    if (next.gateway !== undefined) await this.serveGateway(next.gateway);
    this.options.onReplaced();
    await before?.close();
  }

  private async tryGateway(project: ServedProject): Promise<UserError | undefined> {
    try {
      await project.openGateway(this.options.settings.config);
      this.workingGateway = this.options.sources.get(GATEWAY_FILE);
      this.hasBrokenGateway = false;
      return undefined;
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      return thrown;
    }
  }

  /** In a fresh state, with the gateway file as it was when it last worked. */
  private async openWithLastRoutes(): Promise<ServedProject | undefined> {
    const { sources } = this.options;
    const newest = sources.get(GATEWAY_FILE);
    if (this.workingGateway === undefined) return undefined;
    sources.set(GATEWAY_FILE, this.workingGateway);
    const opened = await this.openProject(sources);
    sources.set(GATEWAY_FILE, newest);
    try {
      await opened.openGateway(this.options.settings.config);
      return opened;
    } catch (thrown) {
      await opened.close();
      if (!(thrown instanceof UserError)) throw thrown;
      return undefined;
    }
  }

  private async gatewayFailed(problem: UserError): Promise<void> {
    this.hasBrokenGateway = true;
    const hasRoutes = this.served?.gateway !== undefined;
    const consequence = hasRoutes
      ? "the routes stay as they were"
      : "every path answers with this error";
    this.options.onBroken(problem, consequence);
    if (hasRoutes) return;
    const sources = new ProjectSources(this.options.root, gatewayProblem(problem.message));
    const answering = await this.openProject(sources);
    await answering.openGateway(this.options.settings.config);
    if (answering.gateway !== undefined) await this.serveGateway(answering.gateway);
    this.problem = answering;
  }

  private async serveGateway(gateway: Gateway): Promise<void> {
    this.options.server.serve(gateway);
    const { problem } = this;
    this.problem = undefined;
    await problem?.close();
  }

  private openProject(sources: ProjectSources): Promise<ServedProject> {
    const { root, cache, hooks, settings } = this.options;
    const { config, log, env, database } = settings;
    const context = { ...this.options.context, env };
    return ServedProject.open({
      root,
      config,
      log,
      database: database.current,
      sharedDicts: this.sharedDicts.configure(config.sharedDicts),
      context,
      sources,
      cache,
      hooks,
    });
  }
}
