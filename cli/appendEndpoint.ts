/** The append endpoint of a project, as its settings and the environment say. */
import {
  createAppendServer,
  GatewayError,
  type AppendServer,
  type AppendServerOptions,
  type CloseOptions,
} from "../runtime/gateway/index.ts";
import type { LogStorage } from "../runtime/topics/index.ts";
import type { CommandContext } from "./command.ts";
import type { ProjectConfig } from "./config.ts";
import { appendAddress, appendListenProblem } from "./appendAddress.ts";
import { urlOf, type GatewayHooks } from "./serving.ts";

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
