/** All that `spacer doctor` looks at, in the order in which it tells. */
import { readConfig, type ProjectConfig } from "../config.ts";
import type { CommandContext } from "../command.ts";
import { withEnvFile } from "../envFile.ts";
import { CONFIG_FILE } from "../projectRoot.ts";
import { cacheCheck } from "./cache.ts";
import { certificatesCheck } from "./certificates.ts";
import {
  ok,
  problemOf,
  runCheck,
  type Check,
  type Finding,
  type NamedFinding,
  type Patient,
  type ProjectPatient,
} from "./check.ts";
import { clockCheck } from "./clock.ts";
import { databaseCheck } from "./database.ts";
import { foldersCheck } from "./folders.ts";
import { realMachine, type Machine } from "./machine.ts";
import { nodeCheck } from "./node.ts";
import { ownPostgresCheck } from "./ownPostgres.ts";
import { packagesCheck } from "./packages.ts";
import { portsCheck } from "./ports.ts";
import { stackCheck } from "./stack.ts";
import { topicsCheck } from "./topics.ts";
import { watchingCheck } from "./watching.ts";

const MACHINE_CHECKS: readonly Check[] = [
  nodeCheck,
  stackCheck,
  certificatesCheck,
  packagesCheck,
  cacheCheck,
  clockCheck,
];

const PROJECT_CHECKS: readonly Check<ProjectPatient>[] = [
  foldersCheck,
  portsCheck,
  ownPostgresCheck,
  topicsCheck,
  databaseCheck,
  watchingCheck,
];

export interface DiagnosisOptions {
  /** Of the project, absolute; `undefined` for the machine alone. */
  readonly root: string | undefined;
  readonly environment: string;
  readonly env: CommandContext["env"];
  readonly machine?: Machine;
}

/** Looks at everything, and changes nothing. */
export async function diagnose(options: DiagnosisOptions): Promise<readonly NamedFinding[]> {
  const { root, environment, env, machine = realMachine() } = options;
  const patient: Patient & { root?: string } = {
    env,
    environment,
    machine,
    ...(root === undefined ? {} : { root }),
  };
  const ofMachine = MACHINE_CHECKS.map((check) => runCheck(check, patient));
  const ofProject = root === undefined ? [] : [diagnoseProject({ ...patient, root })];
  return (await Promise.all([...ofMachine, ...ofProject])).flat();
}

async function diagnoseProject(patient: Patient & { root: string }): Promise<NamedFinding[]> {
  const { env, config, finding } = readSettings(patient);
  const settings: NamedFinding = { check: "settings", ...finding };
  // The others ask the settings.
  if (config === undefined) return [settings];
  const subject: ProjectPatient = { ...patient, env, config };
  const rest = await Promise.all(PROJECT_CHECKS.map((check) => runCheck(check, subject)));
  return [settings, ...rest.flat()];
}

interface Settings {
  readonly env: CommandContext["env"];
  readonly config: ProjectConfig | undefined;
  readonly finding: Finding;
}

/** Those of the project, with its file `.env` and the variables that override them. */
function readSettings({ root, environment, env: given }: Patient & { root: string }): Settings {
  try {
    const env = withEnvFile(root, given, environment);
    const config = readConfig(root, env);
    const message = `${CONFIG_FILE} of ${config.appName}, for ${environment}`;
    return { env, config, finding: ok(message) };
  } catch (thrown) {
    return { env: given, config: undefined, finding: problemOf(thrown) };
  }
}
