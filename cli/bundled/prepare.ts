/** Starts the server of a bundle for a moment, so that V8's code of all that a start takes is in the cache (launch.ts). */
import { get } from "node:http";
import { Writable } from "node:stream";
import type { CommandContext } from "../command.ts";
import type { ProjectConfig } from "../config.ts";
import { runServer, type ServedProject } from "../runServer.ts";

/** Nobody but this process can reach it, and no topic or database is opened. */
export async function prepareServer(
  config: ProjectConfig,
  served: ServedProject,
  context: CommandContext,
): Promise<void> {
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const { gateway } = config;
  const { server, close } = await runServer(
    {
      root: context.cwd,
      environment: "production",
      host: "127.0.0.1",
      port: 0,
      group: undefined,
      writeProxy: false,
      only: undefined,
      context: Object.create(context, {
        stdout: { value: nowhere },
        stderr: { value: nowhere },
      }) as CommandContext,
    },
    {
      ...config,
      topics: [],
      schedules: [],
      events: new Map(),
      gateway: { ...gateway, accessLog: "none" },
    },
    { ...served, usesDatabase: false },
  );
  if (server !== undefined) await requestOnce(server.address.port);
  await close();
}

/** To a path that is nothing: no function is called. */
async function requestOnce(port: number): Promise<void> {
  const options = { host: "127.0.0.1", port, path: "/private/", agent: false };
  await new Promise<void>((resolve, reject) => {
    const request = get(options, (response) => {
      response.on("end", resolve).resume();
    });
    request.on("error", reject);
  });
}
