/** The append endpoint of a project, as its settings and the environment say. */
import { createAppendServer, GatewayError, type AppendServer } from "../runtime/gateway/index.ts";
import type { LogStorage } from "../runtime/topics/index.ts";
import type { CommandContext } from "./command.ts";
import type { ProjectConfig } from "./config.ts";
import { UserError } from "./errors.ts";
import { LOOPBACK, urlOf, type GatewayHooks } from "./serving.ts";

export interface AppendEndpointOptions {
  readonly config: ProjectConfig;
  readonly env: CommandContext["env"];
  readonly log: LogStorage;
  readonly hooks: GatewayHooks;
  /** Keeps to this machine, unless the settings name an address. */
  readonly isLocal: boolean;
}

export interface AppendEndpoint {
  readonly url: string;
  /** Resolves when all requests in progress are answered. */
  close(): Promise<void>;
}

/**
 * Starts to listen; `undefined` when the settings don't want it.
 *
 * @throws UserError when the port can't be had, or others could append without a token
 */
export async function openAppendEndpoint(
  options: AppendEndpointOptions,
): Promise<AppendEndpoint | undefined> {
  const { config, env, log, hooks, isLocal } = options;
  const listen = config.writeProxyListen;
  if (listen === undefined || config.topics.length === 0) return undefined;
  const token = env["SPACER_INTERNAL_TOKEN"] ?? "";
  const host = listen.host ?? (isLocal || token === "" ? LOOPBACK : "0.0.0.0");
  const server = await open({ ...listen, host }, () =>
    createAppendServer({
      host,
      port: listen.port,
      token,
      openLog: () => Promise.resolve(log),
      bodyLimitBytes: config.gateway.bodyLimit,
      ...hooks,
    }),
  );
  return { url: urlOf(host, server.address.port), close: () => server.close() };
}

async function open(
  { host, port }: { readonly host: string; readonly port: number },
  create: () => Promise<AppendServer>,
): Promise<AppendServer> {
  try {
    return await create();
  } catch (thrown) {
    if (!(thrown instanceof GatewayError)) throw thrown;
    throw listenError(thrown, host, port);
  }
}

function listenError({ code, message }: GatewayError, host: string, port: number): UserError {
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
