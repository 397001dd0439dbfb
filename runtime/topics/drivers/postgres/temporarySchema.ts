/**
 * A schema for one log that begins empty and is dropped in the end: that of a test. While it is used, its session holds a
 * lock with its name; so whoever makes the next one can tell which were left behind by processes that died, and drops
 * those.
 */
import { randomBytes } from "node:crypto";
import { Client, escapeIdentifier, type ClientConfig } from "pg";
import { LogError } from "../../storage.ts";
import { messageOf } from "./retry.ts";

export interface TemporarySchema {
  readonly name: string;
  /** Drops it with all that is in it. No log must use it any more. */
  drop(): Promise<void>;
}

/** Longer names are cut by PostgreSQL. */
const MAX_NAME_BYTES = 63;
const ID_BYTES = 6;

/** @param prefix What its name begins with. @throws LogError when the server can't be reached */
export async function createTemporarySchema(
  connection: ClientConfig,
  prefix: string,
): Promise<TemporarySchema> {
  const client = new Client({ ...connection, application_name: "spacer test" });
  // Whoever uses it is told by the query that fails.
  client.on("error", () => undefined);
  const family = familyOf(prefix);
  const name = family + randomBytes(ID_BYTES).toString("hex");
  try {
    await client.connect();
    // Locked before it is there: nobody is to take it for one that was left behind.
    await client.query(`SELECT pg_advisory_lock(${LOCK})`, [name]);
    await client.query(`CREATE SCHEMA ${escapeIdentifier(name)}`);
    await dropAbandoned(client, family, name);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw new LogError(`no place for the topics of a test: ${messageOf(error)}`);
  }
  return {
    name,
    drop: async () => {
      // When the connection broke, the next test drops it.
      await client
        .query(`DROP SCHEMA IF EXISTS ${escapeIdentifier(name)} CASCADE`)
        .catch(() => undefined);
      await client.end().catch(() => undefined);
    },
  };
}

const LOCK = "hashtext('spacer temporary schema'), hashtext($1)";

function familyOf(prefix: string): string {
  const end = "_test_";
  let kept = prefix;
  while (Buffer.byteLength(kept + end) + 2 * ID_BYTES > MAX_NAME_BYTES) kept = kept.slice(0, -1);
  return kept + end;
}

async function dropAbandoned(client: Client, family: string, own: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT nspname AS name FROM pg_namespace
     WHERE starts_with(nspname, $1) AND length(nspname) = length($2) AND nspname <> $2`,
    [family, own],
  );
  for (const { name } of rows) {
    const { rows: tries } = await client.query<{ locked: boolean }>(
      `SELECT pg_try_advisory_lock(${LOCK}) AS locked`,
      [name],
    );
    if (tries[0]?.locked !== true) continue;
    try {
      await client.query(`DROP SCHEMA IF EXISTS ${escapeIdentifier(name)} CASCADE`);
    } finally {
      await client.query(`SELECT pg_advisory_unlock(${LOCK})`, [name]);
    }
  }
}
