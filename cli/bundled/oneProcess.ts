/** A bundle is one process: what it says to those who ask for workers, as `spacer start` has. */
import { availableParallelism } from "node:os";
import type { ProjectConfig } from "../config.ts";
import { UserError } from "../errors.ts";
import { processorCount } from "../production/processorCount.ts";
import { givenCount } from "../production/serverPlan.ts";
import type { WorkerCount } from "../productionConfig.ts";

const INSTEAD =
  "start it several times, in containers or on ports of their own (--port), with what shares requests among them in front; " +
  "they share topics and schedules";

/** @param given What `--workers` says. @throws UserError for more than this one process */
export function checkWorkers(given: string | undefined): void {
  const count = givenCount(given);
  if (count !== undefined && isSeveral(count)) {
    throw new UserError(
      `--workers ${String(given)}: what is built is one process, without workers`,
      INSTEAD,
    );
  }
}

/** What the user should know of settings that would give `spacer start` several workers. */
export function workersNotice({ workers: { count } }: ProjectConfig): string | undefined {
  if (count === undefined || !isSeveral(count)) return undefined;
  return `workers.count is ${String(count)}, but what is built is one process: ${INSTEAD}`;
}

function isSeveral(count: WorkerCount): boolean {
  return (count === "auto" ? processorCount(availableParallelism()) : count) > 1;
}
