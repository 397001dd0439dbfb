/**
 * A project as it is served: a Lua state whose modules are exchanged as their files change, and the gateway on top.
 * A change costs as little as it can:
 * - modules made of a changed file, and those that depend on them, are loaded again when they are next asked for;
 *   all others keep what they have;
 * - the gateway is made anew when the module `gateway` is among them;
 * - where a module among them has left its mark on what all share (global variables), only another state is what a
 *   fresh start would give: then `change` says so and does nothing.
 */
import type { Gateway } from "../../runtime/gateway/index.ts";
import { beginGeneration, type LoadedModule, type LuaState } from "../../runtime/index.ts";
import type { SharedDict } from "../../runtime/sharedDicts/index.ts";
import { fromBytes, toBytes } from "../bytes.ts";
import { compileOptions } from "../compile.ts";
import type { ProjectConfig } from "../config.ts";
import { isInspectorOpen } from "../debugging/inspector.ts";
import { openProject, type Project, type ProjectContext } from "../project.ts";
import type { ProjectDatabase } from "../projectDatabase.ts";
import type { ProjectLog } from "../projectLog.ts";
import { PROJECT_DIALECT } from "../searchPath.ts";
import { openGateway, routesOf, type GatewayHooks, type Route } from "../serving.ts";
import { affectedModules, type ModuleParts } from "./affectedModules.ts";
import type { CompiledModule, ModuleCache } from "./moduleCache.ts";
import { pathFromRoot, type ProjectSources } from "./sources.ts";

export interface ServedProjectOptions {
  /** Absolute path. */
  readonly root: string;
  readonly config: ProjectConfig;
  readonly log: ProjectLog | undefined;
  readonly database: ProjectDatabase | undefined;
  readonly sharedDicts: ReadonlyMap<string, SharedDict>;
  readonly context: ProjectContext;
  readonly sources: ProjectSources;
  readonly cache: ModuleCache;
  readonly hooks: GatewayHooks;
}

/** What a change of files did. */
export type Effect =
  /** @property isGatewayAffected Whether `openGateway` is to be called. */
  | { readonly kind: "renewed"; readonly moduleCount: number; readonly isGatewayAffected: boolean }
  /** Nothing: another state is needed. */
  | { readonly kind: "impossible"; readonly because: string };

/** What has to be known of a file that modules were made of. */
type LoadedFile = Pick<
  CompiledModule,
  "requires" | "assignedGlobals" | "changedGlobals" | "usesEnvironments"
>;

/** Its fields are set for the request: `ngx.status = 404`. */
const REQUEST_GLOBAL = "ngx";

/** As `require` knows the file of routes. */
const GATEWAY_MODULE = "gateway";

export class ServedProject {
  /** As it was opened, but for its settings. */
  private readonly project: Project;
  private readonly options: ServedProjectOptions;
  private readonly root: string;
  /** What the state's modules were made of, by path from the root, in bytes. */
  private readonly loaded: Map<string, LoadedFile>;
  private current: Gateway | undefined = undefined;
  private readonly parts = new WeakMap<LoadedModule, ModuleParts>();
  private openRoutes: readonly Route[] = [];

  private constructor(
    project: Project,
    options: ServedProjectOptions,
    loaded: Map<string, LoadedFile>,
  ) {
    this.project = project;
    this.options = options;
    this.loaded = loaded;
    this.root = toBytes(options.root);
  }

  /** In a state of its own. Its gateway is not open yet. */
  static async open(options: ServedProjectOptions): Promise<ServedProject> {
    const { root, config, log, database, sharedDicts, context, sources, cache } = options;
    const loaded = new Map<string, LoadedFile>();
    const project = await openProject(root, {
      mode: "development",
      context,
      config,
      log,
      database,
      sharedDicts,
      moduleFiles: (files) => sources.moduleFiles(files),
      compile: (compileForDebugger) => (source, chunkName, chunkOptions) => {
        const { path, chunk } = cache.compile(source, chunkName, chunkOptions);
        if (path !== undefined) loaded.set(path, chunk);
        return isInspectorOpen() ? compileForDebugger(source, chunkName, chunkOptions) : chunk;
      },
    });
    return new ServedProject(project, options, loaded);
  }

  get state(): LuaState {
    return this.project.state;
  }

  get gateway(): Gateway | undefined {
    return this.current;
  }

  /** The same list until the gateway is opened again. */
  get routes(): readonly Route[] {
    return this.openRoutes;
  }

  /**
   * Reads the routes anew. Until that is done, and when it fails, the gateway before goes on. Whoever has it closes it.
   *
   * @throws UserError when app/gateway.lua is wrong
   */
  async openGateway(config: ProjectConfig): Promise<void> {
    const { context, hooks } = this.options;
    this.current = await openGateway({ ...this.project, config }, context.env, hooks);
    this.openRoutes = routesOf(this.project);
  }

  /** What modules have read while they were loaded, or looked for: paths from the root, in bytes. */
  filesRead(): ReadonlySet<string> {
    const read = new Set<string>();
    for (const module of this.state.generation.modules.values()) {
      for (const file of this.partsOf(module).files) read.add(file);
    }
    return read;
  }

  /**
   * Files have changed, and the sources with them.
   *
   * @param files Paths from the root, in bytes.
   * @param isGatewayWanted Whether the routes are to be loaded again in any case.
   */
  change(files: ReadonlySet<string>, isGatewayWanted: boolean): Effect {
    const { state } = this;
    const modules = new Map<string, ModuleParts>();
    for (const module of state.generation.modules.values()) {
      modules.set(module.name, this.partsOf(module));
    }
    const affected = affectedModules(modules, files, isGatewayWanted ? [GATEWAY_MODULE] : []);
    for (const name of affected) {
      const because = this.whyImpossible(modules.get(name)?.files ?? []);
      if (because !== undefined) return { kind: "impossible", because };
    }
    beginGeneration(state, affected, this.options.sources.moduleFiles(state.host.files));
    const moduleCount = affected.size;
    return { kind: "renewed", moduleCount, isGatewayAffected: affected.has(GATEWAY_MODULE) };
  }

  close(): Promise<void> {
    this.state.close();
    return this.current?.close() ?? Promise.resolve();
  }

  /** Found out once: it is asked for all modules at every change. */
  private partsOf(module: LoadedModule): ModuleParts {
    let parts = this.parts.get(module);
    if (parts === undefined) {
      const files = [...module.files].map((file) => pathFromRoot(this.root, file));
      const mentions = files.flatMap((file) => this.loaded.get(file)?.requires ?? []);
      parts = { files, mentions: mentions.map(({ name }) => name), requires: module.requires };
      this.parts.set(module, parts);
    }
    return parts;
  }

  /** What a module was made of may have changed more than the module. */
  private whyImpossible(files: readonly string[]): string | undefined {
    for (const path of files) {
      const chunk = this.loaded.get(path);
      if (chunk === undefined) continue;
      const [name] = chunk.assignedGlobals;
      if (name !== undefined) return `${fromBytes(path)} sets the global '${fromBytes(name)}'`;
      const table = chunk.changedGlobals.find((global) => global !== REQUEST_GLOBAL);
      if (table !== undefined) {
        return `${fromBytes(path)} sets fields of the global '${fromBytes(table)}'`;
      }
      if (chunk.usesEnvironments) return `${fromBytes(path)} works with environments`;
    }
    return undefined;
  }
}

/** How the modules of projects are compiled. */
export const MODULE_OPTIONS = compileOptions(PROJECT_DIALECT);
