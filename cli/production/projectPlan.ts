/** What a supervisor serves at a time: a project as it was read, and what its settings mean for the server. */
import type { CommandContext } from "../command.ts";
import { configOf, environmentOf, readProject, type ProjectReading } from "./readProject.ts";
import { planServer, type PlanOptions, type ServerPlan } from "./serverPlan.ts";

export interface ProjectPlan extends ServerPlan {
  readonly project: ProjectReading;
  /** Variables of the process, and those of `.env`. */
  readonly env: CommandContext["env"];
}

export interface ProjectPlanOptions extends PlanOptions {
  /** Absolute path. */
  readonly root: string;
  readonly context: Pick<CommandContext, "env">;
}

/** Reads the project. @throws UserError */
export function readProjectPlan(options: ProjectPlanOptions): ProjectPlan {
  const project = readProject(options.root, options.environment);
  const env = environmentOf(project, options.context.env);
  return { ...planServer(configOf(project, env), options), project, env };
}
