/** The settings `database.<environment>`: where the database of functions is. */
import type { CommandContext } from "./command.ts";
import { CERTIFICATES_SHAPE } from "./certificates.ts";
import {
  boolean,
  defaulted,
  either,
  integer,
  object,
  optional,
  string,
  type Field,
  type Fields,
  type ObjectOf,
} from "./configReaders.ts";
import { inWords, readVariable } from "./configVariables.ts";
import { MAX_PORT } from "./portOption.ts";
import { byteCount, duration } from "./quantityReaders.ts";

const POOL_SHAPE = {
  /** How many connections there are at most, in each process; 10 when left out. */
  max: optional(integer(1, 1000)),
  /** How long a connection is kept that nobody uses; 10s when left out. */
  idle: optional(duration),
  /** How long a function waits for a connection; 5s when left out. */
  wait: optional(duration),
};

const DATABASE_SHAPE = {
  /** All of it as a URL, in place of the other keys: `postgres://user@host/database`. */
  connString: optional(string),
  /** The server, or the folder of its socket; `localhost` when left out. */
  host: optional(string),
  /** 5432 when left out. */
  port: optional(integer(1, MAX_PORT)),
  /** The name of the database. */
  database: optional(string),
  user: optional(string),
  /** Better in the environment variable `SPACER_DATABASE_PASSWORD`. */
  password: optional(string),
  /** The server is reached by TLS, and has to show a certificate that is trusted. */
  ssl: optional(either(boolean, object(CERTIFICATES_SHAPE))),
  /** After which the server ends a statement; when left out, the timeout of the function does. */
  statementTimeout: optional(duration),
  /** How much memory the result of a statement may take; 256MB when left out. */
  maxResult: optional(byteCount),
  /** The connections that functions share. */
  pool: defaulted(object(POOL_SHAPE)),
};

export const database = object(DATABASE_SHAPE);

export type DatabaseConfig = ObjectOf<typeof DATABASE_SHAPE>;

/**
 * The settings of an environment, with those that environment variables give; `undefined` when there are none.
 *
 * @throws UserError for a variable
 */
export function databaseConfigOf(
  named: DatabaseConfig | undefined,
  env: CommandContext["env"],
): DatabaseConfig | undefined {
  const { pool: _pool, ...others } = DATABASE_SHAPE;
  const values = readVariables(others, ["database"], env);
  const poolValues = readVariables(POOL_SHAPE, ["database", "pool"], env);
  if (named === undefined && Object.keys({ ...values, ...poolValues }).length === 0) {
    return undefined;
  }
  return {
    ...NOTHING,
    ...named,
    ...values,
    pool: { ...NOTHING.pool, ...named?.pool, ...poolValues },
  };
}

/** Whether they say where a database is: limits alone are for the one that is there anyway. */
export function namesServer({
  pool: _pool,
  statementTimeout: _timeout,
  maxResult: _size,
  ...place
}: DatabaseConfig) {
  return Object.values(place).some((value) => value !== undefined);
}

/** Those that are set. */
function readVariables(
  shape: Fields,
  path: readonly string[],
  env: CommandContext["env"],
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, { reader }] of Object.entries<Field<unknown>>(shape)) {
    const name = ["SPACER", ...[...path, key].map(inWords)].join("_");
    // A password need not be quoted as YAML wants it.
    const value =
      reader === string ? env[name] : readVariable(name, env, reader, [...path, key].join("."));
    if (value !== undefined && value !== "") values[key] = value;
  }
  return values;
}

const NOTHING: DatabaseConfig = {
  connString: undefined,
  host: undefined,
  port: undefined,
  database: undefined,
  user: undefined,
  password: undefined,
  ssl: undefined,
  statementTimeout: undefined,
  maxResult: undefined,
  pool: { max: undefined, idle: undefined, wait: undefined },
};
