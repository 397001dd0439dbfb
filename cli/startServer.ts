/** Serves a project from its files (runServer.ts). */
import { readConfig } from "./config.ts";
import { inProject } from "./envFile.ts";
import { openProject } from "./project.ts";
import { runServer, type StartedServer, type StartOptions } from "./runServer.ts";

export type { Entrance, RequestObserver, StartedServer, StartOptions } from "./runServer.ts";

/** @throws UserError when the project is wrong or the port is in use */
export async function startServer(options: StartOptions): Promise<StartedServer> {
  const { root, environment } = options;
  const context = inProject(options.context, root, environment);
  const config = readConfig(root, context.env);
  return await runServer({ ...options, context }, config, {
    open: openProject,
    usesDatabase: true,
  });
}
