/**
 * Keeps the newest version of a project that works behind the server. Each change makes a fresh Lua
 * state, filled only as requests need modules; a wrong file is told about and breaks no more than
 * what depends on it:
 * - settings: those before stay in force;
 * - app/gateway.lua: the routes before stay, with all other files as they are now; at the first
 *   start, when there are none, every path answers with the error;
 * - any other file: the functions that need it answer with the error.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Gateway, GatewayServer } from "../../runtime/gateway/index.ts";
import type { LuaState } from "../../runtime/index.ts";
import { fromBytes, toBytes } from "../bytes.ts";
import type { CommandContext } from "../command.ts";
import { compileChunk, compileOptions, isLuaSyntaxError } from "../compile.ts";
import { readConfig, type ProjectConfig } from "../config.ts";
import { UserError } from "../errors.ts";
import { openProject } from "../project.ts";
import { ProjectLog } from "../projectLog.ts";
import { PROJECT_DIALECT } from "../projectProgram.ts";
import { CONFIG_FILE, GATEWAY_FILE } from "../projectRoot.ts";
import { openGateway, routesOf, type Route } from "../serving.ts";
import type { Emit } from "./events.ts";
import { gatewayProblem } from "./gatewayProblem.ts";
import { DevServices } from "./services.ts";

export interface ReloaderOptions {
  /** Absolute path. */
  readonly root: string;
  readonly config: ProjectConfig;
  readonly server: GatewayServer;
  readonly context: CommandContext;
  readonly emit: Emit;
}

/** Serves a project; requests are answered when this resolves. */
export async function startReloader(options: ReloaderOptions): Promise<Reloader> {
  const reloader = new Reloader(options);
  await reloader.serveNewest();
  return reloader;
}

interface Served {
  readonly gateway: Gateway;
  readonly state: LuaState;
  readonly routes: readonly Route[];
}

export class Reloader {
  private readonly options: ReloaderOptions;
  private config: ProjectConfig;
  private served: Served | undefined;
  private log: ProjectLog | undefined;
  private readonly services: DevServices;
  /** The newest source of the gateway file that worked. */
  private workingGateway: string | undefined;
  /** Not loaded yet. */
  private changedFiles = new Set<string>();
  /** Those told about in the reload that is in progress. */
  private readonly brokenFiles = new Set<string>();
  private inProgress: Promise<void> | undefined;
  private isClosed = false;

  constructor(options: ReloaderOptions) {
    this.options = options;
    this.config = options.config;
    const { emit, context } = options;
    this.services = new DevServices(emit, context.env, () => (this.served as Served).state);
  }

  /** The routes that are served. */
  get routes(): readonly Route[] {
    return this.served?.routes ?? [];
  }

  /**
   * Loads the project anew. Calls during a reload lead to one more.
   *
   * @param files What has changed, from the root.
   */
  reload(files: readonly string[]): void {
    for (const file of files) this.changedFiles.add(file);
    this.inProgress ??= this.reloadAll();
  }

  /** Begins no other reload, and resolves when none is in progress. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.inProgress;
    await this.services.close();
    await this.served?.gateway.close();
  }

  /** Serves the files as they are now, or as much of them as works. */
  async serveNewest(): Promise<void> {
    const source = this.read(GATEWAY_FILE);
    if (source === undefined) {
      await this.serveWithout(new UserError(`${GATEWAY_FILE} is missing`));
      return;
    }
    try {
      await this.serve(new Map([[GATEWAY_FILE, source]]));
      this.workingGateway = source;
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      await this.serveWithout(thrown);
    }
  }

  /** Serves as much as is possible without a working gateway file. */
  private async serveWithout(problem: UserError): Promise<void> {
    const source = this.workingGateway;
    const isFirst = source === undefined;
    const consequence = isFirst
      ? "every path answers with this error"
      : "the routes stay as they were";
    this.reportBroken(GATEWAY_FILE, problem, consequence);
    try {
      if (isFirst) await this.serve(gatewayProblem(problem.message), true);
      else await this.serve(new Map([[GATEWAY_FILE, source]]));
    } catch (thrown) {
      // What the gateway file requires is wrong: then even its last version can't be loaded, and
      // what is being served goes on.
      if (!(thrown instanceof UserError)) throw thrown;
    }
  }

  /** @param isProblem Whether the routes are ours and only tell of a problem. */
  private async serve(replacements: ReadonlyMap<string, string>, isProblem = false): Promise<void> {
    const { root, server, context, emit } = this.options;
    const { config } = this;
    const log = this.logFor(config);
    this.log = log;
    const project = await openProject(root, {
      mode: "development",
      context,
      config,
      replacements,
      log,
    });
    const gateway = await openGateway(project, context.env, {
      onRequest: (entry) => {
        emit({ type: "request", entry });
      },
      onBug: (thrown) => {
        emit({ type: "bug", thrown });
      },
    });
    server.serve(gateway);
    const before = this.served;
    const { state } = project;
    this.served = { gateway, state, routes: isProblem ? [] : routesOf(project) };
    this.services.update(config, log);
    await before?.gateway.close();
  }

  /** The log that is open, or another one when the settings say so. */
  private logFor(config: ProjectConfig): ProjectLog | undefined {
    if (config.topics.length === 0) return undefined;
    if (this.log?.fits(config) === true) return this.log;
    const { root, emit } = this.options;
    const notice = (message: string): void => {
      emit({ type: "notice", message });
    };
    try {
      return new ProjectLog({ root, config, environment: "development", onNotice: notice });
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      this.reportBroken(CONFIG_FILE, thrown, "the topics stay as they were");
      return this.log;
    }
  }

  private async reloadAll(): Promise<void> {
    while (this.changedFiles.size > 0 && !this.isClosed) {
      const files = [...this.changedFiles].sort();
      this.changedFiles = new Set();
      try {
        await this.reloadOnce(files);
      } catch (thrown) {
        this.options.emit({ type: "bug", thrown });
      }
    }
    this.inProgress = undefined;
  }

  private async reloadOnce(files: readonly string[]): Promise<void> {
    const startMs = performance.now();
    const routesBefore = JSON.stringify(this.routes);
    this.brokenFiles.clear();
    if (files.includes(CONFIG_FILE)) this.readSettings();
    for (const file of files) this.reportSyntaxError(file);
    await this.serveNewest();
    const loadedFiles = files.filter((file) => !this.brokenFiles.has(file));
    if (loadedFiles.length === 0) return;
    this.options.emit({
      type: "reloaded",
      files: loadedFiles,
      durationMs: performance.now() - startMs,
      routes: JSON.stringify(this.routes) === routesBefore ? undefined : this.routes,
    });
  }

  private readSettings(): void {
    const { root, context, emit } = this.options;
    const before = this.config;
    try {
      this.config = readConfig(root, context.env);
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      this.reportBroken(CONFIG_FILE, thrown, "the settings stay as they were");
    }
    if (this.config.gateway.port !== before.gateway.port) {
      emit({ type: "notice", message: "the new port counts when spacer dev is started again" });
    }
  }

  private reportSyntaxError(file: string): void {
    const source = file.endsWith(".lua") ? this.read(file) : undefined;
    if (source === undefined || file === GATEWAY_FILE) return;
    try {
      compileChunk(source, `@${toBytes(file)}`, compileOptions(PROJECT_DIALECT));
    } catch (thrown) {
      if (!isLuaSyntaxError(thrown)) throw thrown;
      const problem = new UserError(fromBytes(thrown.message));
      this.reportBroken(file, problem, "functions that need this file answer with this error");
    }
  }

  private reportBroken(file: string, { message, hint }: UserError, consequence: string): void {
    this.brokenFiles.add(file);
    this.options.emit({ type: "broken", message, hint, consequence });
  }

  /** The bytes of a file; `undefined` when it can't be read. */
  private read(file: string): string | undefined {
    try {
      return readFileSync(join(this.options.root, file), "latin1");
    } catch {
      return undefined;
    }
  }
}
