/** What workers are started with. */
import type { StartOptions } from "../startServer.ts";
import type { ForkOptions } from "./forkedWorker.ts";
import type { WorkerOptions } from "./messages.ts";
import type { Ports } from "./ports.ts";
import type { ProjectPlan } from "./projectPlan.ts";
import { BEAT_MS } from "./stallWatch.ts";

/** For a process that does not yet know what it is to serve. */
export function forkOptions(
  { context: { self, cwd, env } }: Pick<StartOptions, "context">,
  { memoryLimitBytes }: Pick<ProjectPlan, "memoryLimitBytes">,
): ForkOptions {
  return { self, cwd, env, memoryLimitBytes };
}

/** What all workers of a group have in common. */
export function workerOptions(
  { root, environment, group, writeProxy, only }: StartOptions,
  { project, config, stallMs }: ProjectPlan,
  { addresses }: Pick<Ports, "addresses">,
): Omit<WorkerOptions, "number" | "checksSources"> {
  return {
    root,
    environment,
    group,
    writeProxy,
    only,
    project,
    addresses,
    sharedDicts: [...config.sharedDicts.keys()],
    beatMs: Math.min(BEAT_MS, stallMs / 4),
  };
}
