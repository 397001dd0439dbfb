import cluster from "node:cluster";
import { defineCommand } from "../command.ts";
import { beginWorker } from "../production/beginWorker.ts";
import { findProjectRoot } from "../projectRoot.ts";
import { SERVER_OPTIONS, SERVER_PARTS } from "../startOptions.ts";

export const startCommand = defineCommand({
  name: "start",
  summary: "Serve a project, without reloading",
  description: [
    "Serves the functions of a project over HTTP. In the environment 'production' replies tell " +
      "nothing of the insides of an error, and other machines may connect.",
    "The environment is that of --env, else of the environment variable SPACER_ENV, else " +
      "'development'. The port is that of --port, else of PORT, else gateway.port of " +
      "config/application.yml, else 3000; the address that of --host, else of HOST, else gateway.host.",
    "In production there is a worker for each processor, and a process above them that replaces those that end; " +
      "--workers says otherwise. The signal HUP makes it read the project anew and replace all workers without losing a " +
      "request; TERM ends it when what is in progress is through, at most for the time of gateway.grace.",
    "In production health and metrics are on port 9464 of this machine (/healthz, /readyz, /metrics), or where gateway.admin " +
      "says; elsewhere with workers, or when gateway.admin asks for them.",
    "Requests are logged in logs/access.log. Once that was renamed, the signal USR1 makes the server go on in a new file.",
  ],
  operands: {
    dir: { placeholder: "DIR", description: "The project; the current folder if left out" },
  },
  options: {
    env: { type: "string", placeholder: "NAME", description: "The environment: production, ..." },
    ...SERVER_OPTIONS,
    workers: {
      type: "string",
      placeholder: "N",
      description: "Serve with N processes; 'auto' for one per processor, 0 for this one alone",
    },
  },
  examples: [
    { command: "spacer start --env production", meaning: "the project in the current folder" },
    {
      command: "spacer start -g trial -w=false --port 3001",
      meaning: "all events once more, for the group 'trial', beside the one that runs",
    },
    {
      command: "spacer start --env production --workers 8 --only gateway",
      meaning: "eight processes that answer HTTP; events are another server's",
    },
    { command: "SPACER_ENV=production PORT=80 spacer start hello", meaning: "the one in hello/" },
  ],
  run: async ({ operands: { dir }, options: { workers, only: part, ...options } }, context) => {
    if (cluster.isWorker) return await beginWorker(context);
    const root = findProjectRoot(dir, context.cwd);
    const environment = options.env ?? context.env["SPACER_ENV"] ?? "development";
    const only = SERVER_PARTS.find((each) => each === part);
    const start = { ...options, only, root, environment, context };
    // What is loaded is most of the program, and other commands start faster without it.
    const { countWorkers } = await import("../production/serverPlan.ts");
    const { readConfig } = await import("../config.ts");
    const { withEnvFile } = await import("../envFile.ts");
    const config = readConfig(root, withEnvFile(root, context.env, environment));
    if (countWorkers(config, { workers, environment }) > 0) {
      const { runSupervisor } = await import("../production/supervisor.ts");
      return await runSupervisor({ ...start, workers });
    }
    const { runSolo } = await import("../production/soloServer.ts");
    return await runSolo(start);
  },
});
