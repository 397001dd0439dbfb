/** Where the append endpoint of a project listens, and what users are told when it can't. */
import type { GatewayError, ListenOptions } from "../runtime/gateway/index.ts";
import type { CommandContext } from "./command.ts";
import type { ProjectConfig } from "./config.ts";
import { UserError } from "./errors.ts";
import { LOOPBACK } from "./serverAddress.ts";

/** Where it listens; `undefined` when the settings don't want it. */
export function appendAddress(
  { writeProxyListen: listen, topics }: ProjectConfig,
  env: CommandContext["env"],
  isLocal: boolean,
): ListenOptions | undefined {
  if (listen === undefined || topics.length === 0) return undefined;
  const hasToken = (env["SPACER_INTERNAL_TOKEN"] ?? "") !== "";
  return { host: listen.host ?? (isLocal || !hasToken ? LOOPBACK : "0.0.0.0"), port: listen.port };
}

/** What users are told when its port can't be had. */
export function appendListenProblem(
  { code, message }: Pick<GatewayError, "code" | "message">,
  host: string,
  port: number,
): UserError {
  switch (code) {
    case "port-in-use":
      return new UserError(
        `writeProxyListen: port ${String(port)} is in use by another program`,
        `stop that program or choose another port, as in ":${String(port + 1)}"`,
      );
    case "host-unavailable":
      return new UserError(
        `writeProxyListen: this machine has no address ${host}`,
        `leave the address away: ":${String(port)}"`,
      );
    case "token-missing":
      return new UserError(
        `writeProxyListen: everybody who reaches ${host} could append`,
        "set SPACER_INTERNAL_TOKEN, which requests then need, or leave the address away: " +
          `":${String(port)}"`,
      );
    default:
      return new UserError(`writeProxyListen: ${message}`);
  }
}
