/**
 * What `spacer doctor` consists of: checks, each of one thing that spacer needs, which give findings. A check changes nothing,
 * and says what spacer itself would run into: it asks the code that spacer runs, where there is any.
 */
import type { CommandContext } from "../command.ts";
import type { ProjectConfig } from "../config.ts";
import { systemErrorCode, systemErrorText, UserError } from "../errors.ts";
import type { Machine } from "./machine.ts";

/** A `problem` keeps something from working; a `warning` may do so one day, or makes it slower. */
export type Level = "ok" | "warning" | "problem";

export interface Finding {
  readonly level: Level;
  /** One line. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string | undefined;
}

/** What is looked at. */
export interface Patient {
  readonly env: CommandContext["env"];
  /** "development", "production", "test" or a name of the user's. */
  readonly environment: string;
  readonly machine: Machine;
}

export interface ProjectPatient extends Patient {
  /** Absolute path. */
  readonly root: string;
  readonly config: ProjectConfig;
}

export interface Check<Subject extends Patient = Patient> {
  /** One word, or two. */
  readonly name: string;
  /**
   * @returns Nothing where there is nothing that could be wrong.
   * @throws UserError, and errors of the system: they are problems, too
   */
  readonly run: (subject: Subject) => readonly Finding[] | Promise<readonly Finding[]>;
}

export interface NamedFinding extends Finding {
  readonly check: string;
}

/** Runs a check. What it throws becomes a finding, unless it is a bug of ours. */
export async function runCheck<Subject extends Patient>(
  { name, run }: Check<Subject>,
  subject: Subject,
): Promise<readonly NamedFinding[]> {
  return (await findingsOf(() => run(subject))).map((finding) => ({ check: name, ...finding }));
}

async function findingsOf(
  run: () => readonly Finding[] | Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await run();
  } catch (thrown) {
    return [problemOf(thrown)];
  }
}

/** @throws What is no UserError and no error of the system. */
export function problemOf(thrown: unknown): Finding {
  if (thrown instanceof UserError) {
    return { level: "problem", message: thrown.message, hint: thrown.hint };
  }
  if (systemErrorCode(thrown) === undefined) throw thrown;
  const { path } = thrown as NodeJS.ErrnoException;
  const where = path === undefined ? "" : ` (${path})`;
  return { level: "problem", message: `can't be checked: ${systemErrorText(thrown)}${where}` };
}

export function ok(message: string): Finding {
  return { level: "ok", message };
}

export function warning(message: string, hint: string): Finding {
  return { level: "warning", message, hint };
}

export function problem(message: string, hint: string): Finding {
  return { level: "problem", message, hint };
}
