/** Serves a project from its files (runServer.ts). */
import { readConfig, type ProjectConfig } from "./config.ts";
import { inProject } from "./envFile.ts";
import { openProject } from "./project.ts";
import { runServer, type StartedServer, type StartOptions } from "./runServer.ts";

export type { Entrance, RequestObserver, StartedServer, StartOptions } from "./runServer.ts";

/** @throws UserError when the project is wrong or the port is in use */
export async function startServer(options: StartOptions): Promise<StartedServer> {
  const { root, environment } = options;
  const context = inProject(options.context, root, environment);
  return await serveProject({ ...options, context }, readConfig(root, context.env));
}

/** Serves it by settings that were read already. @param options Their context has the variables of `.env`. @throws UserError */
export async function serveProject(
  options: StartOptions,
  config: ProjectConfig,
): Promise<StartedServer> {
  return await runServer(options, config, { open: openProject, usesDatabase: true });
}
