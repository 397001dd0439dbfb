/**
 * The settings of a project: `config/application.yml`, and the environment variables that override
 * it. A key of the original is overridden by its name in upper case (`APPNAME`), every key by
 * `SPACER_` and its path in words (`SPACER_APP_NAME`, `SPACER_GATEWAY_PORT`), the port also by
 * `PORT`, keys of `database` without the name of the environment (`SPACER_DATABASE_PASSWORD`). The value of a variable is YAML.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isScalar } from "yaml";
import type { ProxyTrust } from "../runtime/gateway/index.ts";
import type { CommandContext } from "./command.ts";
import {
  boolean,
  defaulted,
  either,
  integer,
  json,
  list,
  map,
  mapOf,
  number,
  object,
  oneOf,
  optional,
  parseYaml,
  placeOf,
  problem,
  readOrigin,
  required,
  string,
  stringThat,
  type Field,
  type Fields,
  type ObjectOf,
  type Origin,
  type Reader,
} from "./configReaders.ts";
import { CERTIFICATES_SHAPE } from "./certificates.ts";
import { inWords, readVariable } from "./configVariables.ts";
import { cors } from "./corsConfig.ts";
import { database } from "./databaseConfig.ts";
import { HTTP_SHAPE } from "./httpConfig.ts";
import { isNetwork } from "./networks.ts";
import { MAX_PORT } from "./portOption.ts";
import { admin, logFormat, logLevel, WORKERS_SHAPE } from "./productionConfig.ts";
import { byteCount, duration } from "./quantityReaders.ts";
import { checkSchedules, schedule } from "./scheduleConfig.ts";
import { staticFolder } from "./staticConfig.ts";
import { CONFIG_FILE, defaultAppName } from "./projectRoot.ts";
import { systemErrorCode, systemErrorText, UserError } from "./errors.ts";
import { suggest } from "./suggestion.ts";

const MAX_PARTITIONS = 10_000;

/** @value `1` */
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

/** @value `:9065`, or with an address as in `127.0.0.1:9065` */
const listenAddress: Reader<ListenAddress> = (node, place) => {
  const match = /^(?:\[([^\]\s]+)\]|([^:\s[\]]+)|):(\d+)$/.exec(string(node, place));
  const [, ipv6, name, port] = match ?? [];
  if (Number(port) <= MAX_PORT) return { host: ipv6 ?? name, port: Number(port) };
  const hint = 'write it as in ":9065" or "127.0.0.1:9065"';
  throw problem(place, "must be a port, or an address and a port", hint);
};

interface ListenAddress {
  readonly host: string | undefined;
  readonly port: number;
}

const topic = either(
  map(topicName, (name) => ({ name, partitions: undefined })),
  object({
    name: required(topicName, "name: users"),
    /** How many events can be handled at the same time; 8 when left out. It can't be changed later. */
    partitions: optional(integer(1, MAX_PARTITIONS)),
  }),
);

/** `1s`, or all of it. */
const backoff = either(
  map(duration, (first) => ({ first, factor: undefined, max: undefined })),
  object({
    /** Before the second attempt; 1s when left out. */
    first: optional(duration),
    /** How many times longer each next one is; 2 when left out. */
    factor: optional(number(1, 100)),
    /** The longest; 5min when left out. */
    max: optional(duration),
  }),
);

/** What holds for a function, or for all functions of a topic. */
const RETRY_SHAPE = {
  /** How often an event is tried before it becomes a dead letter; 5 when left out. */
  attempts: optional(integer(1, 1000)),
  /** How long to wait before it is tried again; 1s, then twice as long each time, 5min at most, when left out. */
  backoff: optional(backoff),
  /** How long a function may take; as `gateway.timeout` when left out. */
  timeout: optional(duration),
};

/** A function that handles the events of a topic. */
const handler = either(
  map(string, (run) => ({ run, attempts: undefined, backoff: undefined, timeout: undefined })),
  object({
    /** The name of the function. */
    run: required(string, "run: handlers/on_user"),
    ...RETRY_SHAPE,
  }),
);

const trigger = object({
  /** The functions, in the order in which they are called. */
  APPEND: defaulted(list(handler)),
  /** Where a new consumer group begins; `earliest` when left out. */
  from: optional(oneOf(["earliest", "latest"])),
  /** Of how many keys events are handled at the same time, in each process; 16 when left out. */
  concurrency: optional(integer(1, 1000)),
  ...RETRY_SHAPE,
});

export type TriggerConfig = ReturnType<typeof trigger>;

const SASL_SHAPE = {
  /** How the password is told. */
  mechanism: required(oneOf(["plain", "scram-sha-256", "scram-sha-512"]), "mechanism: plain"),
  username: required(string, "username: shop"),
  /** Better in the environment variable `SPACER_KAFKA_PASSWORD`. */
  password: optional(string),
};

const storage = object({
  /** Where events are. In memory they end with the process. */
  driver: required(oneOf(["postgres", "kafka", "memory"]), "driver: postgres"),
  /** Of PostgreSQL: `postgres://user@host/database`. */
  connString: optional(string),
  /** Of Kafka: some of its servers, as in `kafka1:9092, kafka2:9092`. */
  brokers: optional(
    either(
      map(string, (text) => text.split(/[\s,]+/)),
      list(string),
    ),
  ),
  /** Kafka is reached by TLS. */
  ssl: optional(either(boolean, object(CERTIFICATES_SHAPE))),
  /** Who Kafka is told that we are. */
  sasl: optional(object(SASL_SHAPE)),
  /** Of topics that are made in Kafka; 3 when left out, or as many as there are servers. */
  replicas: optional(integer(1, 100)),
});

export type StorageConfig = ReturnType<typeof storage>;

/** @value `true` for all proxies, how many of them, or their addresses and networks: `[10.0.0.0/8, loopback]` */
const trustProxy: Reader<ProxyTrust | undefined> = (node, place) => {
  const network = stringThat((text) =>
    isNetwork(text) ? undefined : `'${text}' is no address, and no network such as 10.0.0.0/8`,
  );
  const value: unknown = isScalar(node) ? node.value : undefined;
  if (typeof value === "boolean") return value ? true : undefined;
  if (typeof value === "number") return integer(0, 100)(node, place) || undefined;
  return either(
    map(network, (text) => [text]),
    list(network),
  )(node, place);
};

const GATEWAY_SHAPE = {
  /** Where `spacer dev` and `spacer start` listen; 3000 when left out. */
  port: optional(integer(0, MAX_PORT)),
  /** The address on which `spacer start` listens; `dev` keeps to this machine unless told otherwise. */
  host: optional(string),
  /** The largest request body; 20MB when left out. */
  bodyLimit: optional(byteCount),
  /** Which reverse proxies are believed what they say of a client; none when left out. */
  trustProxy: optional(trustProxy),
  /** Which pages of other origins may read replies: none when left out. */
  cors: optional(cors),
  /** Folders whose files are published. */
  static: defaulted(list(staticFolder)),
  /** How long the first line and the headers of a request may take to arrive; 30s when left out. */
  headerTimeout: optional(duration),
  /** How long a request may take to arrive, body included; 5min when left out. */
  requestTimeout: optional(duration),
  /** How long a connection stays open when nothing is asked over it; 72s when left out. */
  keepAliveTimeout: optional(duration),
  /** The CPU time that a call of a function may use; 1s when left out. */
  cpuLimit: optional(duration),
  /**
   * Where requests are logged: in `file`, which is `logs/access.log` and what counts when left out, on `stdout`, in
   * `both` or in `none`. On standard output `spacer dev` shows them in its own way.
   */
  accessLog: optional(oneOf(["file", "stdout", "both", "none"])),
  /** How long a call of a function may take, waiting included; 30s when left out. */
  timeout: optional(duration),
  /** How long a server that stops waits for requests and events in progress before it cuts them; 30s when left out. */
  grace: optional(duration),
  /**
   * Where `/healthz`, `/readyz` and `/metrics` are. When left out on port 9464 of this machine, in production and where there are
   * workers. `false` for nowhere.
   */
  admin: optional(admin),
};

const BUILD_SHAPE = {
  /** Modules that `spacer build` puts in though no file names them: `handlers.*`, as `--include` has them. */
  include: defaulted(list(string)),
  /**
   * Whether a server that is built has the Lua sources, and makes of them what resumes functions that wait, when the first one does:
   * that makes it half as large, and it starts in half of the time. When left out, in programs of more than 400 KB of Lua. Targets
   * other than `node` never have sources.
   */
  sources: optional(boolean),
};

const SHAPE = {
  /** The version of the settings. */
  spacerVersion: required(version, "spacerVersion: 1"),
  /** The name of the project. */
  appName: required(appName, "appName: my-app"),
  /** The topics of the event log. */
  topics: defaulted(list(topic)),
  /** The functions that handle events, by topic. */
  events: defaulted(mapOf(trigger)),
  /** The environment variables that functions may read. Outside production the file `.env` sets what the environment does not. */
  envVar: defaulted(list(string)),
  /** Where the event log is kept, by environment. */
  logStorage: defaulted(mapOf(storage)),
  /**
   * Where the database of functions is (`db`), by environment; a PostgreSQL of the project's own when left out, but for
   * production. Each key is also read from `SPACER_DATABASE_` and its path in words, for whichever environment runs.
   */
  database: defaulted(mapOf(database)),
  /** The consumer group whose triggers this project runs; `spacer-` and its name when left out. */
  consumerGroup: optional(string),
  /** Where the original's triggers called functions. Without effect: here they are called in the same process. */
  functionInvoker: optional(string),
  /** Where other programs append to topics: nowhere when left out. */
  writeProxyListen: optional(listenAddress),
  /** Events that are appended at certain times. */
  schedules: defaulted(list(schedule)),
  /** The dictionaries in `ngx.shared`, which all functions of a server share, and how large each may get. */
  sharedDicts: defaulted(mapOf(byteCount)),
  /** The HTTP server. */
  gateway: defaulted(object(GATEWAY_SHAPE)),
  /** The connections of functions to other servers (`http`). */
  http: defaulted(object(HTTP_SHAPE)),
  /** What `spacer build` makes. */
  build: defaulted(object(BUILD_SHAPE)),
  /** The processes of `spacer start`. */
  workers: defaulted(object(WORKERS_SHAPE)),
  /**
   * The least urgent lines that are logged, those of `ngx.log` among them. When left out, `notice` in production and `debug`
   * elsewhere.
   */
  logLevel: optional(logLevel),
  /** How lines are logged in production: `text` when left out, or each as an object in JSON. */
  logFormat: optional(logFormat),
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

/** What the original had not; `gateway`, `http` and `workers` are overridden key by key. */
const OWN_KEYS = [
  "schedules",
  "sharedDicts",
  "logLevel",
  "logFormat",
] as const satisfies readonly (keyof ProjectConfig)[];

/**
 * Reads the settings of the project in `root`. Without a settings file all have their defaults.
 *
 * @throws UserError "config/application.yml:3: unknown key 'apName'" and the like
 */
export function readConfig(root: string, env: CommandContext["env"]): ProjectConfig {
  return parseConfig(readSettings(root), env).config;
}

/**
 * The settings as the file has them, in JSON, which is YAML, too.
 *
 * @throws UserError when it can't be read
 */
export function settingsJson(root: string): string {
  return readOrigin(json, parseYaml(readSettings(root), CONFIG_FILE, true));
}

/** The text of the settings file, or one that says the same as none. @throws UserError when it can't be read */
export function readSettings(root: string): string {
  const text = readConfigFile(root);
  return text ?? `spacerVersion: 1\nappName: ${JSON.stringify(defaultAppName(root))}\n`;
}

/**
 * Reads the text of a settings file.
 *
 * @returns The settings, and what tells where each of them is set.
 * @throws SettingsError, and UserError for a variable in `env`
 */
export function parseConfig(
  text: string,
  env: CommandContext["env"],
): { readonly config: ProjectConfig; readonly origin: Origin } {
  const origin = parseYaml(text, CONFIG_FILE, true);
  const config = override(readOrigin(object(SHAPE), origin), env);
  checkTopics(config, origin);
  return { config, origin };
}

/** Only of topics that there are can anything be said. */
function checkTopics({ topics, events, schedules }: ProjectConfig, origin: Origin): void {
  const names = topics.map(({ name }) => name);
  for (const name of events.keys()) {
    if (names.includes(name)) continue;
    throw problem(
      placeOf(origin, ["events", name]),
      `there is no topic '${name}'`,
      names.length === 0 ? `add it: topics: [${name}]` : suggest(name, names, "topics"),
    );
  }
  checkSchedules(schedules, names, origin);
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
  for (const key of [...ORIGINAL_KEYS, ...OWN_KEYS]) {
    const { reader }: Field<unknown> = SHAPE[key];
    const names = ORIGINAL_KEYS.some((each) => each === key) ? [key.toUpperCase()] : [];
    for (const name of [...names, `SPACER_${inWords(key)}`]) {
      values[key] = readVariable(name, env, reader, key) ?? values[key];
    }
  }
  values["gateway"] = overrideGroup("gateway", config.gateway, GATEWAY_SHAPE, env);
  values["http"] = overrideGroup("http", config.http, HTTP_SHAPE, env);
  values["workers"] = overrideGroup("workers", config.workers, WORKERS_SHAPE, env);
  const storages = values["logStorage"] as ProjectConfig["logStorage"];
  values["logStorage"] = new Map(
    [...storages].map(([name, each]) => [name, withPassword(each, env)]),
  );
  return values as ProjectConfig;
}

/** `SPACER_GATEWAY_PORT`, and PORT in its stead. */
function overrideGroup(
  group: string,
  config: object,
  shape: Fields,
  env: CommandContext["env"],
): Record<string, unknown> {
  const values: Record<string, unknown> = { ...config };
  for (const [key, { reader }] of Object.entries(shape)) {
    const names = group === "gateway" && key === "port" ? ["PORT"] : [];
    for (const name of [...names, `SPACER_${inWords(group)}_${inWords(key)}`]) {
      values[key] = readVariable(name, env, reader, `${group}.${key}`) ?? values[key];
    }
  }
  return values;
}

function withPassword(storage: StorageConfig, env: CommandContext["env"]): StorageConfig {
  const { sasl } = storage;
  return sasl === undefined
    ? storage
    : { ...storage, sasl: { ...sasl, password: env["SPACER_KAFKA_PASSWORD"] ?? sasl.password } };
}
