/** The settings of servers in production: `workers`, `gateway.admin`, `logLevel` and `logFormat`. */
import {
  boolean,
  either,
  integer,
  map,
  object,
  oneOf,
  optional,
  problem,
  string,
  type Reader,
} from "./configReaders.ts";
import { MAX_PORT } from "./portOption.ts";
import { duration, memorySize } from "./quantityReaders.ts";

/** More than there are processors is of no use; this many are a mistake. */
export const MAX_WORKERS = 256;

export type WorkerCount = number | "auto";

/** @returns `undefined` for what is no number of workers. */
export function parseWorkerCount(text: string): WorkerCount | undefined {
  if (text === "auto") return text;
  return /^\d{1,3}$/.test(text) && Number(text) <= MAX_WORKERS ? Number(text) : undefined;
}

/** What to say of what is none. */
export const WORKER_COUNT_RULE = `must be 'auto' or a whole number from 0 to ${String(MAX_WORKERS)}`;

/** `auto` or a whole number from 0 to 256. */
const workerCount: Reader<WorkerCount> = (node, place) => {
  const count = parseWorkerCount(string(node, place));
  if (count !== undefined) return count;
  throw problem(place, WORKER_COUNT_RULE, "write it as in auto or 4");
};

export const WORKERS_SHAPE = {
  /**
   * How many processes serve the project: `auto` for one per processor, 0 for none beside the one that is started. When left
   * out, `auto` in production and 0 elsewhere.
   */
  count: optional(workerCount),
  /**
   * A worker that has given no sign of life for this long is ended and replaced. 10s when left out, but always 5s more than
   * `gateway.cpuLimit`.
   */
  stallTimeout: optional(duration),
  /** The memory of a worker. One that has more is replaced; unlimited when left out. */
  memoryLimit: optional(memorySize),
  /** Whether one process more waits, with spacer loaded, to take the place of a worker that ends: `true` when left out. */
  spare: optional(boolean),
};

const adminAddress = object({
  /** 127.0.0.1 when left out. */
  host: optional(string),
  port: optional(integer(0, MAX_PORT)),
});

export interface AdminAddress {
  readonly host: string | undefined;
  readonly port: number | undefined;
}

const UNNAMED: AdminAddress = { host: undefined, port: undefined };

/** Where the endpoints for operators are; `false` for nowhere. */
export const admin = either(
  map(boolean, (isOn): AdminAddress | false => (isOn ? UNNAMED : false)),
  adminAddress,
);

/** From the most urgent ones on to all. */
export const logLevel = oneOf(["crit", "error", "warn", "notice", "info", "debug"]);

export type LogThreshold = ReturnType<typeof logLevel>;

export const logFormat = oneOf(["text", "json"]);

export type LogFormat = ReturnType<typeof logFormat>;
