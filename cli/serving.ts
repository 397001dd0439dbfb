/** What `dev` and `start` share: a project behind HTTP. */
import {
  createGateway,
  createGatewayServer,
  GatewayError,
  type AccessEntry,
  type ErrorReport,
  type Gateway,
  type GatewayServer,
  type ListenOptions,
  type LogSettings,
} from "../runtime/gateway/index.ts";
import { LuaTable, type TakeSpan } from "../runtime/index.ts";
import { fromBytes } from "./bytes.ts";
import type { CommandContext } from "./command.ts";
import { UserError } from "./errors.ts";
import { limitsOf } from "./limits.ts";
import { withoutLoader } from "./loaderError.ts";
import { listenProblem } from "./serverAddress.ts";
import type { Project } from "./project.ts";
import { publishedFolders } from "./staticConfig.ts";

export { DEFAULT_PORT, LOOPBACK, urlOf } from "./serverAddress.ts";

/** A row of app/gateway.lua. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly functionName: string;
}

export interface GatewayHooks {
  readonly onRequest: (entry: AccessEntry) => void;
  /** Called at the end of each span of a request or an event. */
  readonly onSpan?: TakeSpan;
  readonly onBug: (thrown: unknown) => void;
  /** How functions log; unless given on standard error. */
  readonly log?: LogSettings;
  /** What browsers get in place of JSON when something went wrong. */
  readonly renderErrorPage?: (report: ErrorReport) => string;
}

/** @throws UserError when app/gateway.lua is wrong, or a folder is not there whose files are to be published */
export async function openGateway(
  project: Project,
  env: CommandContext["env"],
  hooks: GatewayHooks,
): Promise<Gateway> {
  const { bodyLimit, trustProxy, cors, static: folders } = project.config.gateway;
  try {
    return await createGateway({
      state: project.state,
      mode: project.mode,
      limits: limitsOf(project.config),
      trustProxy,
      cors,
      staticFolders: publishedFolders(folders, project.publishedRoot, project.mode),
      internalToken: env["SPACER_INTERNAL_TOKEN"],
      ...(bodyLimit === undefined ? {} : { bodyLimitBytes: bodyLimit }),
      ...hooks,
    });
  } catch (thrown) {
    if (thrown instanceof GatewayError) throw new UserError(withoutLoader(thrown.message));
    throw thrown;
  }
}

/** The routes of a project whose gateway is open. */
export function routesOf({ state }: Project): readonly Route[] {
  const rows = state.loaded.getString("gateway");
  if (!(rows instanceof LuaTable)) return [];
  return rows.array.flatMap((row) => {
    if (!(row instanceof LuaTable)) return [];
    const [method, path, functionName] = row.array.map((cell) =>
      typeof cell === "string" ? fromBytes(cell) : "",
    );
    if (method === undefined || path === undefined || functionName === undefined) return [];
    return [{ method, path, functionName }];
  });
}

/** @throws UserError when the port can't be had */
export async function listen(options: ListenOptions): Promise<GatewayServer> {
  const { host, port } = options;
  try {
    return await createGatewayServer(options);
  } catch (thrown) {
    throw thrown instanceof GatewayError ? listenProblem(thrown, host, port) : thrown;
  }
}

/** A command line that calls a route. */
export function curlFor(route: Route, url: string): string {
  const path = route.path.replaceAll(/[:*][^/]*/g, "1").replace(/^\/*/, "/");
  const target = `${url}${encodeURI(path).replaceAll("'", "%27")}`;
  const quoted = /^[\w:/.%-]+$/.test(target) ? target : `'${target}'`;
  if (route.method === "GET" || route.method === "ANY") return `curl ${quoted}`;
  if (route.method === "HEAD") return `curl -I ${quoted}`;
  return `curl -X ${route.method} ${quoted} -H 'content-type: application/json' -d '{}'`;
}
