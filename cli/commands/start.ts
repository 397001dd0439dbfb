import { defineCommand } from "../command.ts";
import { readConfig } from "../config.ts";
import { describeFailure } from "../errors.ts";
import { openProject } from "../project.ts";
import { findProjectRoot } from "../projectRoot.ts";
import { describeRequest } from "../requestLine.ts";
import { DEFAULT_PORT, listen, LOOPBACK, openGateway, urlOf } from "../serving.ts";
import { styleFor } from "../style.ts";
import { untilAborted } from "../untilAborted.ts";

export const startCommand = defineCommand({
  name: "start",
  summary: "Serve a project, without reloading",
  description: [
    "Serves the functions of a project over HTTP. In the environment 'production' replies tell " +
      "nothing of the insides of an error, and other machines may connect.",
    "The environment is that of --env, else of the environment variable SPACER_ENV, else " +
      "'development'. The port is that of --port, else of PORT, else gateway.port of " +
      "config/application.yml, else 3000; the address that of --host, else of HOST, else gateway.host.",
  ],
  operands: {
    dir: { placeholder: "DIR", description: "The project; the current folder if left out" },
  },
  options: {
    env: { type: "string", placeholder: "NAME", description: "The environment: production, ..." },
    port: { type: "integer", short: "p", placeholder: "N", description: "Listen on port N" },
    host: { type: "string", placeholder: "H", description: "Listen on address H" },
  },
  examples: [
    { command: "spacer start --env production", meaning: "the project in the current folder" },
    { command: "SPACER_ENV=production PORT=80 spacer start hello", meaning: "the one in hello/" },
  ],
  run: async ({ operands: { dir }, options }, context) => {
    const root = findProjectRoot(dir, context.cwd);
    const environment = options.env ?? context.env["SPACER_ENV"] ?? "development";
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
    await untilAborted(context.signal);
    await server.close();
    await gateway.close();
    return 0;
  },
});
