/** The append endpoint of a project, as its settings and the environment say. */
import {
  createAppendServer,
  GatewayError,
  type AppendServer,
  type AppendServerOptions,
  type CloseOptions,
  type ListenOptions,
} from "../runtime/gateway/index.ts";
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
  /** Makes what it is served by; a server that listens unless given. */
  readonly createServer?: AppendServerOptions["createServer"];
}

export interface AppendEndpoint {
  readonly url: string;
  /** Resolves when all requests in progress are answered. */
  close(options?: CloseOptions): Promise<void>;
}

/**
 * Starts to listen; `undefined` when the settings don't want it.
 *
 * @throws UserError when the port can't be had, or others could append without a token
 */
export async function openAppendEndpoint(
  options: AppendEndpointOptions,
): Promise<AppendEndpoint | undefined> {
  const { config, env, log, hooks, isLocal, createServer } = options;
  const address = appendAddress(config, env, isLocal);
  if (address === undefined) return undefined;
  const { host } = address;
  const server = await open(address, () =>
    createAppendServer({
      ...address,
      createServer,
      token: env["SPACER_INTERNAL_TOKEN"] ?? "",
      openLog: () => Promise.resolve(log),
      bodyLimitBytes: config.gateway.bodyLimit,
      ...hooks,
    }),
  );
  return { url: urlOf(host, server.address.port), close: (closing) => server.close(closing) };
}

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

async function open(
  { host, port }: { readonly host: string; readonly port: number },
  create: () => Promise<AppendServer>,
): Promise<AppendServer> {
  try {
    return await create();
  } catch (thrown) {
    if (!(thrown instanceof GatewayError)) throw thrown;
    throw appendListenProblem(thrown, host, port);
  }
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
