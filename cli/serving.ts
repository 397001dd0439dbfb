/** What `dev` and `start` share: a project behind HTTP. */
import {
  createGateway,
  createGatewayServer,
  GatewayError,
  type AccessEntry,
  type ErrorReport,
  type Gateway,
  type GatewayServer,
} from "../runtime/gateway/index.ts";
import { LuaTable, type TakeSpan } from "../runtime/index.ts";
import { fromBytes } from "./bytes.ts";
import type { CommandContext } from "./command.ts";
import type { ProjectConfig } from "./config.ts";
import { UserError } from "./errors.ts";
import { limitsOf } from "./limits.ts";
import { withoutLoader } from "./loaderError.ts";
import type { Project } from "./project.ts";

export const DEFAULT_PORT = 3000;
/** Reachable from this machine only. */
export const LOOPBACK = "127.0.0.1";

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
  /** What browsers get in place of JSON when something went wrong. */
  readonly renderErrorPage?: (report: ErrorReport) => string;
}

/** @throws UserError when app/gateway.lua is wrong */
export async function openGateway(
  project: Project,
  env: CommandContext["env"],
  hooks: GatewayHooks,
): Promise<Gateway> {
  const { bodyLimit, trustProxy, cors } = project.config.gateway;
  try {
    return await createGateway({
      state: project.state,
      mode: project.mode,
      limits: limitsOf(project.config),
      trustProxy,
      cors,
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
export async function listen(
  host: string,
  port: number,
  { headerTimeout, requestTimeout }: Partial<ProjectConfig["gateway"]> = {},
): Promise<GatewayServer> {
  try {
    return await createGatewayServer({
      host,
      port,
      headerTimeoutMs: headerTimeout,
      requestTimeoutMs: requestTimeout,
    });
  } catch (thrown) {
    throw listenError(thrown, host, port);
  }
}

function listenError(thrown: unknown, host: string, port: number): unknown {
  if (!(thrown instanceof GatewayError)) return thrown;
  const where = `port ${String(port)}`;
  switch (thrown.code) {
    case "port-in-use":
      return new UserError(
        `${where} is in use by another program`,
        `stop that program or choose another port: --port ${String(port + 1)}`,
      );
    case "port-forbidden":
      return new UserError(
        `${where} may not be used: permission denied`,
        `choose a port from 1024 on: --port ${String(DEFAULT_PORT)}`,
      );
    case "host-unavailable":
      return new UserError(
        `this machine has no address ${host}`,
        `choose another: --host ${LOOPBACK}`,
      );
    default:
      return new UserError(thrown.message);
  }
}

/** Where a server can be reached from this machine. */
export function urlOf(host: string, port: number): string {
  const isLocal = [LOOPBACK, "::1", "0.0.0.0", "::", "localhost"].includes(host);
  const name = isLocal ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${String(port)}`;
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
