/** What `pg` throws, as errors of ours. */
import { DatabaseError as PgError } from "pg";
import { CONNECTION_FAILURE, DatabaseError } from "../database.ts";

/** Of a statement: the server refused it, or the connection was lost. */
export function statementError(thrown: unknown): DatabaseError {
  if (thrown instanceof DatabaseError) return thrown;
  if (!isServerError(thrown)) {
    return new DatabaseError(`the connection to the database was lost: ${reasonOf(thrown)}`, {
      code: CONNECTION_FAILURE,
    });
  }
  const { code, severity, detail, hint, schema, table, column, dataType, constraint } = thrown;
  const position = thrown.position === undefined ? undefined : Number(thrown.position);
  return new DatabaseError(thrown.message, {
    code,
    severity,
    detail,
    hint,
    schema,
    table,
    column,
    dataType,
    constraint,
    position,
  });
}

/** Whether a connection that ended a statement so is of no more use. */
export function endsConnection(thrown: unknown): boolean {
  if (!isServerError(thrown)) return true;
  // Severities are in the language of the server; these classes are what it ends sessions with.
  return thrown.severity === "FATAL" || /^(?:08|57P0|25P03)/.test(thrown.code ?? "");
}

export function isServerError(thrown: unknown): thrown is PgError {
  return thrown instanceof PgError;
}

/** Why something failed, in words. Where a name has several addresses, each has failed. */
export function reasonOf(thrown: unknown): string {
  const { errors } = (thrown ?? {}) as { errors?: readonly unknown[] };
  const first = errors?.[0] ?? thrown;
  const { message } = (first ?? {}) as { message?: unknown };
  return typeof message === "string" && message !== "" ? message : String(first);
}
