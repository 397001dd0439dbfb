/** The PostgreSQL of the project's own, where its settings name no other. */
import { examineEmbeddedPostgres, type EmbeddedReport } from "../embeddedPostgres/index.ts";
import { UserError } from "../errors.ts";
import { databaseConnection } from "../projectDatabase.ts";
import { projectStorage } from "../projectLog.ts";
import { ok, problemOf, type Check, type Finding, type ProjectPatient } from "./check.ts";

export const ownPostgresCheck: Check<ProjectPatient> = {
  name: "own PostgreSQL",
  run: async (patient) => {
    const { root, machine } = patient;
    const isNeeded = hasTopicsInIt(patient);
    if (!isNeeded && !mayHaveFunctionsInIt(patient)) return [];
    try {
      return [ok(describe(await examineEmbeddedPostgres(root, machine.surroundings)))];
    } catch (thrown) {
      if (isNeeded) throw thrown;
      return [withoutDb(thrown)];
    }
  },
};

function hasTopicsInIt(patient: ProjectPatient): boolean {
  if (patient.config.topics.length === 0) return false;
  return unlessWrong(() => {
    const storage = projectStorage(patient);
    return storage.driver === "postgres" && storage.connString === undefined;
  });
}

function mayHaveFunctionsInIt(patient: ProjectPatient): boolean {
  if (patient.environment === "production") return false;
  return unlessWrong(() => databaseConnection(patient) === undefined);
}

/** Settings that are wrong are for the checks that ask the servers they name. */
function unlessWrong(isNeeded: () => boolean): boolean {
  try {
    return isNeeded();
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    return false;
  }
}

/** A project without topics needs none, unless functions use `db`, which is not known before they run. */
function withoutDb(thrown: unknown): Finding {
  const { message, hint } = problemOf(thrown);
  return { level: "warning", message: `functions can't use db: ${message}`, hint };
}

function describe({ version, user, dataPath, pid }: EmbeddedReport): string {
  const who = user === undefined ? "" : `, runs as user ${String(user.uid)} because root may not`;
  const where = dataPath === undefined ? "no data yet" : `data in ${dataPath}`;
  const runs = pid === undefined ? "" : `, running as process ${String(pid)}`;
  return `version ${version}, ${where}${runs}${who}`;
}
