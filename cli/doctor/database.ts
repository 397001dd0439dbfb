/** The database of the project's functions (`db`). */
import { databaseConnection } from "../projectDatabase.ts";
import { countWorkers } from "../production/serverPlan.ts";
import { askPostgres, findingsAbout } from "./askPostgres.ts";
import { ok, warning, type Check, type ProjectPatient } from "./check.ts";

/** What the server keeps for its superusers, and what else needs some. */
const RESERVED_CONNECTIONS = 10;

export const databaseCheck: Check<ProjectPatient> = {
  name: "database",
  run: async (patient) => {
    const { config, environment, machine } = patient;
    const settings = databaseConnection(patient);
    const place = `database.${environment}`;
    if (settings === undefined) {
      if (environment !== "production") return [];
      return [
        warning(
          `there is no ${place}: functions that use db will fail`,
          `give one, as in { host: db.example, database: shop, user: shop }, or SPACER_DATABASE_CONN_STRING`,
        ),
      ];
    }
    const { connection, maxConnections } = settings;
    const answer = await askPostgres(connection, place, "public", machine.nowMs);
    const findings = findingsAbout(answer);
    const workers = Math.max(1, countWorkers(config, { workers: undefined, environment }));
    const wanted = workers * maxConnections + RESERVED_CONNECTIONS;
    if (wanted > answer.maxConnections) {
      findings.push(
        warning(
          `${String(workers)} processes with ${String(maxConnections)} connections each may ask for more than the ${String(answer.maxConnections)} of PostgreSQL`,
          `lower ${place}.pool.max or workers.count, or raise max_connections of the server`,
        ),
      );
    }
    return findings.length > 0 ? findings : [ok(`PostgreSQL ${answer.version}`)];
  },
};
