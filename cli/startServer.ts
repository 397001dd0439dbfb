/** Serves a project as it is, without watching it. */
import type { CommandContext } from "./command.ts";
import { readConfig } from "./config.ts";
import { describeFailure } from "./errors.ts";
import { openProject } from "./project.ts";
import { describeRequest } from "./requestLine.ts";
import { DEFAULT_PORT, listen, LOOPBACK, openGateway, urlOf } from "./serving.ts";
import { styleFor } from "./style.ts";

export interface StartOptions {
  /** Absolute path. */
  readonly root: string;
  /** "production" is the one that has a meaning of its own. */
  readonly environment: string;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly context: CommandContext;
}

/** @throws UserError when the project is wrong or the port is in use */
export async function startServer(options: StartOptions): Promise<{ close(): Promise<void> }> {
  const { root, environment, context } = options;
  const mode = environment === "production" ? "production" : "development";
  const config = readConfig(root, context.env);
  const project = await openProject(root, { mode, context, config });
  const style = styleFor(context.stdout, context.env);
  const gateway = await openGateway(project, context.env, {
    onRequest: (entry) => context.stdout.write(describeRequest(entry, style)),
    onBug: (thrown) => {
      const { text } = describeFailure(thrown, context.env["SPACER_DEBUG"] === "1");
      context.stderr.write(text);
    },
  });
  const defaultHost = mode === "production" ? "0.0.0.0" : LOOPBACK;
  const host = options.host ?? context.env["HOST"] ?? config.gateway.host ?? defaultHost;
  const server = await listen(host, options.port ?? config.gateway.port ?? DEFAULT_PORT);
  server.serve(gateway);
  const url = urlOf(host, server.address.port);
  context.stdout.write(`spacer is serving ${config.appName} on ${url} (${environment})\n`);
  return {
    close: async () => {
      await server.close();
      await gateway.close();
    },
  };
}
