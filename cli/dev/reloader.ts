/**
 * Keeps the newest version of a project that works behind the server. A wrong file is told about and breaks no
 * more than what depends on it:
 * - settings: those before stay in force;
 * - a Lua file that does not compile: what it was before stays, else the functions that need it answer with the
 *   error;
 * - app/gateway.lua: the routes before stay (currentProject.ts).
 *
 * Changes of modules take effect in the same turn of the event loop (servedProject.ts); what needs another gateway
 * or state waits for that, and later changes wait behind it.
 */
import type { ErrorReport, GatewayServer } from "../../runtime/gateway/index.ts";
import type { TakeSpan } from "../../runtime/index.ts";
import type { ProjectConfig } from "../config.ts";
import { ENV_FILE, parseEnvFile } from "../envFile.ts";
import type { UserError } from "../errors.ts";
import type { ProjectContext } from "../project.ts";
import { isSource } from "../projectFolders.ts";
import { CONFIG_FILE, GATEWAY_FILE } from "../projectRoot.ts";
import type { GatewayHooks, Route } from "../serving.ts";
import { ChangedSources } from "./changedSources.ts";
import { CurrentProject } from "./currentProject.ts";
import { CurrentSettings } from "./currentSettings.ts";
import type { Emit } from "./events.ts";
import type { ModuleCache } from "./moduleCache.ts";
import { DevServices } from "./services.ts";
import { isRight } from "./settings.ts";
import type { Contents } from "./settle.ts";
import type { ProjectSources } from "./sources.ts";

export interface ReloaderOptions {
  /** Absolute path. */
  readonly root: string;
  readonly config: ProjectConfig;
  /** Kept up to date by the reloader. */
  readonly sources: ProjectSources;
  readonly cache: ModuleCache;
  readonly server: Pick<GatewayServer, "serve">;
  readonly context: ProjectContext;
  readonly emit: Emit;
  readonly onSpan: TakeSpan;
  readonly renderErrorPage: (report: ErrorReport, routes: readonly Route[]) => string;
}

/** Serves a project; requests are answered when this resolves. */
export async function startReloader(options: ReloaderOptions): Promise<Reloader> {
  const reloader = new Reloader(options);
  await reloader.restart();
  return reloader;
}

export class Reloader {
  private readonly options: ReloaderOptions;
  private readonly hooks: GatewayHooks;
  private readonly services: DevServices;
  private readonly changedSources: ChangedSources;
  private readonly settings: CurrentSettings;
  private readonly current: CurrentProject;
  /** Not taken over yet. */
  private changes = new Map<string, string | undefined>();
  /** Why everything is to be loaded anew. */
  private restartReason: string | undefined = undefined;
  private inProgress: Promise<void> | undefined = undefined;
  private isClosed = false;

  constructor(options: ReloaderOptions) {
    this.options = options;
    this.changedSources = new ChangedSources({
      sources: options.sources,
      cache: options.cache,
      onBroken: (error, consequence) => {
        this.reportBroken(error, consequence);
      },
    });
    const { emit } = options;
    this.hooks = {
      onSpan: options.onSpan,
      onRequest: (entry) => {
        emit({ type: "request", entry });
      },
      onBug: (thrown) => {
        emit({ type: "bug", thrown });
      },
      renderErrorPage: (report) => options.renderErrorPage(report, this.routes),
    };
    this.settings = new CurrentSettings({
      root: options.root,
      config: options.config,
      context: options.context,
      emit,
      onBroken: (error, consequence) => {
        this.reportBroken(error, consequence);
      },
    });
    this.services = new DevServices(
      this.hooks,
      emit,
      () => this.settings.env,
      () => this.current.state,
    );
    this.current = new CurrentProject({
      ...options,
      settings: this.settings,
      hooks: this.hooks,
      onReplaced: () => {
        this.updateServices();
      },
      onBroken: (error, consequence) => {
        this.reportBroken(error, consequence);
      },
    });
  }

  /** The routes that are served. */
  get routes(): readonly Route[] {
    return this.current.routes;
  }

  /** Whether a content can be what somebody wanted to save: no empty file, and nothing that is wrong. */
  isPlausible(path: string, content: string | undefined): boolean {
    if (content === undefined || content === "") return false;
    if (path === CONFIG_FILE) return this.settings.isRight(content);
    if (path === ENV_FILE) return isRight(() => parseEnvFile(content));
    return !isSource(path) || this.changedSources.findSyntaxError(path, content) === undefined;
  }

  /** Takes over files that have changed, at once unless something is in progress. */
  changed(contents: Contents): void {
    for (const [path, content] of contents) this.changes.set(path, content);
    this.advance();
  }

  /** Loads everything anew, in a fresh state. */
  async restart(): Promise<void> {
    this.restartReason = "";
    this.advance();
    await this.inProgress;
  }

  /** Begins nothing more, and resolves when nothing is in progress. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.inProgress;
    await this.services.close();
    await this.current.close();
    await this.settings.database.close();
    await this.options.cache.close();
  }

  private advance(): void {
    while (this.inProgress === undefined && !this.isClosed) {
      if (this.changes.size === 0 && this.restartReason === undefined) return;
      const changes = this.changes;
      this.changes = new Map<string, string | undefined>();
      this.inProgress = this.tryTakeOver(changes)?.finally(() => {
        this.inProgress = undefined;
        this.advance();
      });
    }
  }

  /** A bug of ours is told, and what is served goes on. */
  private tryTakeOver(changes: Contents): Promise<void> | undefined {
    const failed = (thrown: unknown): void => {
      this.options.emit({ type: "bug", thrown });
    };
    try {
      return this.takeOver(changes)?.catch(failed);
    } catch (thrown) {
      failed(thrown);
      return undefined;
    }
  }

  /** @returns What is still to be waited for. */
  private takeOver(changes: Contents): Promise<void> | undefined {
    const startMs = performance.now();
    const routesBefore = this.routes;
    const { changed, working } = this.changedSources.take(changes, () => this.current.filesRead());
    const areVariablesNew = changes.has(ENV_FILE) && this.takeVariables(changes.get(ENV_FILE));
    const areSettingsNew =
      (changes.has(CONFIG_FILE) || areVariablesNew) && this.takeSettings(changes.get(CONFIG_FILE));
    const finish = (moduleCount: number, because?: string): void => {
      const told = [
        ...working.filter((file) => file !== GATEWAY_FILE || !this.current.isGatewayBroken),
        ...(areSettingsNew && changes.has(CONFIG_FILE) ? [CONFIG_FILE] : []),
        ...(areVariablesNew ? [ENV_FILE] : []),
      ];
      if (this.current.isBehind || (told.length === 0 && because === undefined)) return;
      this.options.emit({
        type: "reloaded",
        files: told.sort(),
        moduleCount,
        freshBecause: because,
        durationMs: performance.now() - startMs,
        routes: isSameList(this.routes, routesBefore) ? undefined : this.routes,
      });
    };
    const isFirst = !this.current.isServed;
    if (!isFirst && changed.length === 0 && !areSettingsNew && this.restartReason === undefined) {
      finish(0);
      return undefined;
    }
    const effect = this.restartReason === undefined ? this.current.change(changed) : undefined;
    if (effect === undefined || effect.kind === "impossible") {
      const because = effect?.because ?? this.restartReason;
      this.restartReason = undefined;
      this.settings.prepare();
      return this.current.serveFresh().then(() => {
        if (!isFirst) finish(0, because);
      });
    }
    const { moduleCount } = effect;
    if (effect.isGatewayAffected || areSettingsNew) {
      return this.current.renewGateway().then(() => {
        this.updateServices();
        finish(moduleCount);
      });
    }
    this.updateServices();
    finish(moduleCount);
    return undefined;
  }

  /** Modules may keep what they read. @param content Of the file, in bytes. @returns Whether there are others. */
  private takeVariables(content: string | undefined): boolean {
    const areNew = this.settings.takeVariables(content);
    if (areNew) this.restartReason ??= `of the new ${ENV_FILE}`;
    return areNew;
  }

  /** @param content Of the settings file, in bytes. @returns Whether there are others. */
  private takeSettings(content: string | undefined): boolean {
    const taken = this.settings.takeSettings(content);
    if (taken?.isSameState === false) this.restartReason ??= "of the new settings";
    return taken !== undefined;
  }

  private updateServices(): void {
    this.services.update(this.settings.config, this.settings.log);
  }

  private reportBroken({ message, hint }: UserError, consequence: string): void {
    this.options.emit({ type: "broken", message, hint, consequence });
  }
}

function isSameList(left: readonly Route[], right: readonly Route[]): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
