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
import { fromBytes, toBytes } from "../bytes.ts";
import type { CommandContext } from "../command.ts";
import { compileChunk, compileOptions, isLuaSyntaxError } from "../compile.ts";
import { readConfig, type ProjectConfig } from "../config.ts";
import { UserError } from "../errors.ts";
import { openProject } from "../project.ts";
import { PROJECT_DIALECT } from "../projectProgram.ts";
import { CONFIG_FILE, GATEWAY_FILE } from "../projectRoot.ts";
import { openGateway, routesOf, type Route } from "../serving.ts";
import type { Emit } from "./events.ts";

export interface Reloader {
  /** The routes that are served. */
  readonly routes: readonly Route[];
  /** Loads the project anew. Calls during a reload lead to one more. @param files Changed files. */
  reload(files: readonly string[]): void;
  /** Resolves when no reload is in progress; begins no other. */
  close(): Promise<void>;
}

export interface ReloaderOptions {
  readonly root: string;
  readonly config: ProjectConfig;
  readonly server: GatewayServer;
  readonly context: CommandContext;
  readonly emit: Emit;
}

type Replacements = ReadonlyMap<string, string>;

/** Serves a project and returns when requests are answered. */
export async function startReloader(options: ReloaderOptions): Promise<Reloader> {
  const { root, server, context, emit } = options;
  let { config } = options;
  let routes: readonly Route[] = [];
  let served: Gateway | undefined;
  /** The newest source of the gateway that worked. */
  let workingGateway: string | undefined;
  let changedFiles = new Set<string>();
  let inProgress: Promise<void> | undefined;
  let isClosed = false;

  async function serve(replacements: Replacements): Promise<void> {
    const project = await openProject(root, { mode: "development", context, config, replacements });
    const gateway = await openGateway(project, context.env, {
      onRequest: (entry) => {
        emit({ type: "request", entry });
      },
      onBug: (thrown) => {
        emit({ type: "bug", thrown });
      },
    });
    routes = routesOf(project);
    server.serve(gateway);
    const before = served;
    served = gateway;
    await before?.close();
  }

  async function serveNewest(): Promise<void> {
    const source = readBytes(join(root, GATEWAY_FILE));
    if (source === undefined) {
      await serveWithout(new UserError(`${GATEWAY_FILE} is missing`));
      return;
    }
    try {
      await serve(new Map([[GATEWAY_FILE, source]]));
      workingGateway = source;
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      await serveWithout(thrown);
    }
  }

  /** Serves as much as is possible without a working gateway file. */
  async function serveWithout(problem: UserError): Promise<void> {
    const isFirst = workingGateway === undefined;
    const consequence = isFirst
      ? "every path answers with this error"
      : "the routes stay as they were";
    emit({ type: "broken", message: problem.message, consequence });
    try {
      await serve(
        workingGateway === undefined
          ? replyingWith(problem.message)
          : new Map([[GATEWAY_FILE, workingGateway]]),
      );
    } catch (thrown) {
      // What the gateway file requires is wrong: then even its last version can't be loaded, and
      // what is being served goes on.
      if (!(thrown instanceof UserError)) throw thrown;
    }
  }

  async function reloadOnce(files: readonly string[]): Promise<void> {
    const startMs = performance.now();
    const routesBefore = JSON.stringify(routes);
    config = readSettings(files);
    for (const file of files) reportSyntaxError(file);
    await serveNewest();
    emit({
      type: "reloaded",
      files,
      durationMs: performance.now() - startMs,
      routes: JSON.stringify(routes) === routesBefore ? undefined : routes,
    });
  }

  function readSettings(files: readonly string[]): ProjectConfig {
    if (!files.includes(CONFIG_FILE)) return config;
    try {
      const next = readConfig(root, context.env);
      if (next.gateway.port !== config.gateway.port) {
        emit({ type: "notice", message: "the new port counts when spacer dev is started again" });
      }
      return next;
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      const consequence = "the settings stay as they were";
      emit({ type: "broken", message: thrown.message, consequence });
      return config;
    }
  }

  function reportSyntaxError(file: string): void {
    const source = file.endsWith(".lua") ? readBytes(join(root, file)) : undefined;
    if (source === undefined || file === GATEWAY_FILE) return;
    try {
      compileChunk(source, `@${toBytes(file)}`, compileOptions(PROJECT_DIALECT));
    } catch (thrown) {
      if (!isLuaSyntaxError(thrown)) throw thrown;
      const consequence = "functions that need this file answer with this error";
      emit({ type: "broken", message: fromBytes(thrown.message), consequence });
    }
  }

  async function reloadAll(): Promise<void> {
    while (changedFiles.size > 0 && !isClosed) {
      const files = [...changedFiles].sort();
      changedFiles = new Set();
      try {
        await reloadOnce(files);
      } catch (thrown) {
        emit({ type: "bug", thrown });
      }
    }
    inProgress = undefined;
  }

  await serveNewest();
  return {
    get routes() {
      return routes;
    },
    reload(files) {
      for (const file of files) changedFiles.add(file);
      inProgress ??= reloadAll();
    },
    async close() {
      isClosed = true;
      await inProgress;
      await served?.close();
    },
  };
}

/** A gateway that answers every request with an error, as two Lua files. */
function replyingWith(message: string): Replacements {
  const name = "gateway_problem";
  const rows = ["/", "/*rest"].map((path) => `{"ANY", "${path}", "${name}"}`);
  const text = Array.from(
    toBytes(message),
    (char) => `\\${String(char.charCodeAt(0)).padStart(3, "0")}`,
  );
  return new Map([
    [GATEWAY_FILE, `return {${rows.join(", ")}}`],
    [`app/${name}.lua`, `return function() error("${text.join("")}", 0) end`],
  ]);
}

/** @returns `undefined` when the file can't be read. */
function readBytes(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}
