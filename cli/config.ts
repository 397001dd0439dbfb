/**
 * The settings of a project: `config/application.yml`, and the environment variables that override
 * it. A key of the original is overridden by its name in upper case (`APPNAME`), every key by
 * `SPACER_` and its path in words (`SPACER_APP_NAME`, `SPACER_GATEWAY_PORT`), the port also by
 * `PORT`. The value of a variable is YAML.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandContext } from "./command.ts";
import {
  defaulted,
  either,
  integer,
  list,
  map,
  mapOf,
  object,
  oneOf,
  optional,
  parseYaml,
  problem,
  readOrigin,
  required,
  string,
  stringThat,
  type Field,
  type ObjectOf,
  type Reader,
} from "./configReaders.ts";
import { MAX_PORT } from "./portOption.ts";
import { CONFIG_FILE, defaultAppName } from "./projectRoot.ts";
import { systemErrorCode, systemErrorText, UserError } from "./errors.ts";

const MAX_BODY_LIMIT_BYTES = 2 ** 30;
const MAX_PARTITIONS = 10_000;

/** Must be 1. */
const version: Reader<1> = (node, place) => {
  if (string(node, place) === "1") return 1;
  throw problem(place, "must be 1", "this spacer reads version 1 of the settings only");
};

/** Without `_`. */
const appName = stringThat((text) => {
  if (text.includes("_")) return `'${text}' must not contain '_'`;
  return text.trim() === "" ? "must not be empty" : undefined;
});

/** Letters, digits, `.`, `_` and `-`. */
const topicName = stringThat((text) =>
  /^[A-Za-z0-9._-]{1,249}$/.test(text)
    ? undefined
    : `'${text}' is no name for a topic (letters, digits, '.', '_' and '-')`,
);

const UNITS: Readonly<Partial<Record<string, number>>> = { "": 1, kb: 1024, mb: 1024 ** 2 };

/** `20MB`, `512KB` or a number of bytes. */
const byteCount: Reader<number> = (node, place) => {
  const match = /^(\d+) *([kKmM][bB]|)$/.exec(string(node, place));
  const unit = UNITS[(match?.[2] ?? "").toLowerCase()] ?? 1;
  const bytes = match === null ? 0 : Number(match[1]) * unit;
  if (bytes >= 1 && bytes <= MAX_BODY_LIMIT_BYTES) return bytes;
  throw problem(place, "must be a size up to 1024MB", "write it as in 20MB, 512KB or 1048576");
};

const DURATION_UNITS: Readonly<Partial<Record<string, number>>> = { ms: 1, s: 1000, min: 60_000 };

const MAX_DURATION_MS = 24 * 60 * 60_000;

/** `500ms`, `30s` or `5min`. In milliseconds. */
const duration: Reader<number> = (node, place) => {
  const match = /^(\d+(?:\.\d+)?) *(ms|s|min)$/.exec(string(node, place));
  const lengthMs = Number(match?.[1]) * (DURATION_UNITS[match?.[2] ?? ""] ?? NaN);
  if (lengthMs >= 1 && lengthMs <= MAX_DURATION_MS) return lengthMs;
  throw problem(place, "must be a time up to 1440min", "write it as in 500ms, 30s or 5min");
};

const topic = either(
  map(topicName, (name) => ({ name, partitions: undefined })),
  object({
    name: required(topicName, "name: users"),
    partitions: optional(integer(1, MAX_PARTITIONS)),
  }),
);

/** A function that runs on every message of a topic. */
const handler = either(
  map(string, (run) => ({ run, attempts: undefined })),
  object({ run: required(string, "run: handlers/on_user"), attempts: optional(integer(1, 1000)) }),
);

const storage = object({
  driver: required(oneOf(["postgres", "kafka", "memory"]), "driver: postgres"),
  connString: optional(string),
  brokers: optional(
    either(
      map(string, (text) => text.split(/[\s,]+/)),
      list(string),
    ),
  ),
});

const GATEWAY_SHAPE = {
  /** Where `spacer dev` and `spacer start` listen; 3000 when left out. */
  port: optional(integer(0, MAX_PORT)),
  /** The address on which `spacer start` listens; `dev` keeps to this machine unless told otherwise. */
  host: optional(string),
  /** The largest request body. */
  bodyLimit: optional(byteCount),
  /** The CPU time that a call of a function may use; 1s when left out. */
  cpuLimit: optional(duration),
  /** How long a call of a function may take, waiting included; 30s when left out. */
  timeout: optional(duration),
};

const SHAPE = {
  /** The version of the settings. */
  spacerVersion: required(version, "spacerVersion: 1"),
  /** The name of the project. */
  appName: required(appName, "appName: my-app"),
  /** The topics of the event log. */
  topics: defaulted(list(topic)),
  /** The functions to run, by topic. Checked, but without effect yet. */
  events: defaulted(mapOf(object({ APPEND: defaulted(list(handler)) }))),
  /** The environment variables that functions may read. */
  envVar: defaulted(list(string)),
  /** Where the event log is kept, by environment. `kafka` and `brokers` are without effect yet. */
  logStorage: defaulted(mapOf(storage)),
  /** The name under which this project reads topics. Checked, but without effect yet. */
  consumerGroup: optional(string),
  /** Where triggers call functions. Checked, but without effect yet. */
  functionInvoker: optional(string),
  /** Where other programs append to topics. Checked, but without effect yet. */
  writeProxyListen: optional(string),
  /** The HTTP server. */
  gateway: defaulted(object(GATEWAY_SHAPE)),
};

export type ProjectConfig = ObjectOf<typeof SHAPE>;

/** Keys of the original, which could be overridden by their name in upper case. */
const ORIGINAL_KEYS = [
  "spacerVersion",
  "appName",
  "topics",
  "events",
  "envVar",
  "logStorage",
  "consumerGroup",
  "functionInvoker",
  "writeProxyListen",
] as const satisfies readonly (keyof ProjectConfig)[];

/**
 * Reads the settings of the project in `root`. Without a settings file all have their defaults.
 *
 * @throws UserError "config/application.yml:3: unknown key 'apName'" and the like
 */
export function readConfig(root: string, env: CommandContext["env"]): ProjectConfig {
  const text = readConfigFile(root);
  const lines = text ?? `spacerVersion: 1\nappName: ${JSON.stringify(defaultAppName(root))}\n`;
  const config = readOrigin(object(SHAPE), parseYaml(lines, CONFIG_FILE, true));
  return override(config, env);
}

function readConfigFile(root: string): string | undefined {
  try {
    return readFileSync(join(root, CONFIG_FILE), "utf8");
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return undefined;
    throw new UserError(`can't read ${CONFIG_FILE}: ${systemErrorText(error)}`);
  }
}

function override(config: ProjectConfig, env: CommandContext["env"]): ProjectConfig {
  const values: Record<string, unknown> = { ...config };
  for (const key of ORIGINAL_KEYS) {
    const { reader }: Field<unknown> = SHAPE[key];
    for (const name of [key.toUpperCase(), `SPACER_${inWords(key)}`]) {
      values[key] = readVariable(name, env, reader, key) ?? values[key];
    }
  }
  const gatewayValues: Record<string, unknown> = { ...config.gateway };
  for (const [key, { reader }] of Object.entries<Field<unknown>>(GATEWAY_SHAPE)) {
    const names = key === "port" ? ["PORT"] : [];
    for (const name of [...names, `SPACER_GATEWAY_${inWords(key)}`]) {
      gatewayValues[key] = readVariable(name, env, reader, `gateway.${key}`) ?? gatewayValues[key];
    }
  }
  return { ...values, gateway: gatewayValues } as ProjectConfig;
}

/** @returns `undefined` when the variable is not set, or empty. */
function readVariable<Value>(
  name: string,
  env: CommandContext["env"],
  reader: Reader<Value>,
  path: string,
): Value | undefined {
  const text = env[name];
  if (text === undefined || text === "") return undefined;
  return readOrigin(reader, parseYaml(text, `environment variable ${name}`, false), path);
}

/** "writeProxyListen" -> "WRITE_PROXY_LISTEN" */
function inWords(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
