/** Where servers listen, and what users are told when a port can't be had. */
import type { GatewayError, ListenOptions } from "../runtime/gateway/index.ts";
import type { CommandContext } from "./command.ts";
import type { ProjectConfig } from "./config.ts";
import { UserError } from "./errors.ts";
import { keepAliveOf } from "./keepAlive.ts";

export const DEFAULT_PORT = 3000;
/** Reachable from this machine only. */
export const LOOPBACK = "127.0.0.1";

/**
 * Where the gateway of a server in some environment listens, as the command line says, the environment, or the settings;
 * and how long requests may take to arrive.
 */
export function gatewayAddress(
  config: ProjectConfig,
  environment: string,
  env: CommandContext["env"],
  given: { readonly host?: string | undefined; readonly port?: number | undefined },
): ListenOptions {
  const { gateway } = config;
  const defaultHost = environment === "production" ? "0.0.0.0" : LOOPBACK;
  return {
    host: given.host ?? env["HOST"] ?? gateway.host ?? defaultHost,
    port: given.port ?? gateway.port ?? DEFAULT_PORT,
    headerTimeoutMs: gateway.headerTimeout,
    requestTimeoutMs: gateway.requestTimeout,
    keepAliveTimeoutMs: keepAliveOf(config),
  };
}

/** Where a server can be reached from this machine. */
export function urlOf(host: string, port: number): string {
  const isLocal = [LOOPBACK, "::1", "0.0.0.0", "::", "localhost"].includes(host);
  const name = isLocal ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${String(port)}`;
}

/** @param code Of the failed attempt. */
export function listenProblem(
  { code, message }: Pick<GatewayError, "code" | "message">,
  host: string,
  port: number,
): UserError {
  const where = `port ${String(port)}`;
  switch (code) {
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
      return new UserError(message);
  }
}
