/**
 * Brings a schema to the version this spacer knows. Several processes may start at once: one works, under a
 * lock, the others wait for it.
 */
import { escapeIdentifier, type ClientBase } from "pg";
import { LogError } from "../../storage.ts";
import { migrations } from "./migrations/index.ts";

/**
 * Sets the search path of the client to the schema.
 *
 * @throws LogError when a newer spacer made it
 */
export async function migrate(client: ClientBase, schema: string): Promise<void> {
  const name = escapeIdentifier(schema);
  await client.query("SELECT pg_advisory_lock(hashtext('spacer'), hashtext($1))", [schema]);
  try {
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${name}`);
    await client.query(`SET search_path = ${name}`);
    await client.query(
      "CREATE TABLE IF NOT EXISTS schema_version (version int PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())",
    );
    const { rows } = await client.query<{ version: number }>(
      "SELECT coalesce(max(version), 0) AS version FROM schema_version",
    );
    const version = rows[0]?.version ?? 0;
    if (version > migrations.length) {
      throw new LogError(
        `the event log in schema '${schema}' is of version ${String(version)}; this spacer knows up to ${String(migrations.length)}`,
        "a newer spacer has used it: update this one",
      );
    }
    for (let next = version; next < migrations.length; next++) {
      await applyMigration(client, migrations[next] as string, next + 1);
    }
  } finally {
    // When the connection broke the lock is gone, too.
    await client
      .query("SELECT pg_advisory_unlock(hashtext('spacer'), hashtext($1))", [schema])
      .catch(() => undefined);
  }
}

async function applyMigration(client: ClientBase, sql: string, version: number): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query(sql);
    await client.query("INSERT INTO schema_version (version) VALUES ($1)", [version]);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}
