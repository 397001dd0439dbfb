/** Asks a PostgreSQL server what spacer needs to know of it, and changes nothing there. */
import { Client, DatabaseError, type ClientConfig } from "pg";
import { systemErrorCode, UserError } from "../errors.ts";
import { compareClocks } from "./clock.ts";
import { warning, type Finding } from "./check.ts";

export interface PostgresAnswer {
  /** "18.4" */
  readonly version: string;
  readonly versionNumber: number;
  readonly encoding: string;
  /** Whether it is a copy that only follows another server. */
  readonly isReadOnly: boolean;
  readonly mayCreateSchemas: boolean;
  readonly hasSchema: boolean;
  readonly maxConnections: number;
  /** By how much its clock is ahead of ours. */
  readonly clockDifferenceMs: number;
}

const PATIENCE_MS = 5000;

/** The oldest that gets fixes while this is written. */
const OLDEST_VERSION = 15;

const QUESTION = `
  SELECT current_setting('server_version') AS "version",
    current_setting('server_version_num')::int AS "versionNumber",
    current_setting('server_encoding') AS "encoding",
    pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean AS "isReadOnly",
    has_database_privilege(current_database(), 'CREATE') AS "mayCreateSchemas",
    EXISTS (SELECT FROM pg_namespace WHERE nspname = $1) AS "hasSchema",
    current_setting('max_connections')::int AS "maxConnections",
    (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "nowMs"`;

/**
 * @param place "logStorage.production.connString": begins what is said.
 * @param schema Whether there is one of this name is a part of the answer.
 * @param nowMs Milliseconds since 1970.
 * @throws UserError when it does not answer
 */
export async function askPostgres(
  connection: ClientConfig,
  place: string,
  schema: string,
  nowMs: () => number,
): Promise<PostgresAnswer> {
  const client = new Client({
    ...connection,
    application_name: "spacer doctor",
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
  });
  client.on("error", () => undefined); // What waits for an answer fails.
  try {
    await client.connect();
    const beforeMs = nowMs();
    const { rows } = await client.query<PostgresAnswer & { nowMs: number }>(QUESTION, [schema]);
    const afterMs = nowMs();
    const [answer] = rows as [PostgresAnswer & { nowMs: number }];
    return { ...answer, clockDifferenceMs: answer.nowMs - (beforeMs + afterMs) / 2 };
  } catch (thrown) {
    const { message, hint } = explain(thrown, client);
    throw new UserError(`${place}: ${message}`, hint);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** What may be wrong with any server. */
export function findingsAbout(answer: PostgresAnswer): Finding[] {
  const { version, versionNumber, encoding, clockDifferenceMs } = answer;
  const findings = compareClocks(clockDifferenceMs);
  if (versionNumber < OLDEST_VERSION * 10_000) {
    findings.push(
      warning(
        `PostgreSQL ${version} gets no fixes any more`,
        `take ${String(OLDEST_VERSION)} or newer; spacer is tested with 18`,
      ),
    );
  }
  if (encoding !== "UTF8") {
    findings.push(
      warning(
        `the database stores text as ${encoding}, which has not all characters`,
        "make one with ENCODING 'UTF8'",
      ),
    );
  }
  return findings;
}

interface Explanation {
  readonly message: string;
  readonly hint: string;
}

function explain(thrown: unknown, { host, port }: Client): Explanation {
  const where = host.startsWith("/") ? `the socket in ${host}` : `${host}, port ${String(port)}`;
  const { message } = thrown as Error;
  if (thrown instanceof DatabaseError) {
    return { message: `PostgreSQL refuses: ${message}`, hint: refusalHint(thrown.code) };
  }
  switch (systemErrorCode(thrown)) {
    case "ECONNREFUSED":
    case "ENOENT":
      return {
        message: `no PostgreSQL answers at ${where}`,
        hint: "start it, or mend host and port",
      };
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return { message: `there is no host ${host}`, hint: "mend the name, or ask your DNS" };
    default:
      return {
        message: `PostgreSQL can't be reached at ${where}: ${message}`,
        hint: "is there a firewall between, does it use TLS (ssl: true, or sslmode=require)?",
      };
  }
}

/** By https://www.postgresql.org/docs/current/errcodes-appendix.html */
function refusalHint(code = ""): string {
  if (code.startsWith("28")) return "mend user and password, or pg_hba.conf of the server";
  if (code === "3D000") return "make it with 'createdb', or mend the name";
  if (code === "53300") return "raise max_connections of the server, or let fewer programs use it";
  if (code.startsWith("57P")) return "wait until it has started";
  return "the log of the server says more";
}
