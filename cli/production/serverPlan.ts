/** What the settings and the command line mean for a server with workers. */
import { availableParallelism } from "node:os";
import { getHeapStatistics } from "node:v8";
import type { ProjectConfig } from "../config.ts";
import { UserError } from "../errors.ts";
import {
  parseWorkerCount,
  WORKER_COUNT_RULE,
  type AdminAddress,
  type WorkerCount,
} from "../productionConfig.ts";
import { keepAliveOf } from "../keepAlive.ts";
import { processorCount } from "./processorCount.ts";

export interface ServerPlan {
  readonly config: ProjectConfig;
  /** At least 1. */
  readonly count: number;
  /** How long what is in progress may take when a worker is to end. */
  readonly graceMs: number;
  /** How long a worker whose place another one has taken keeps idle connections. */
  readonly idleMs: number;
  /** How long a worker may be silent. */
  readonly stallMs: number;
  readonly memoryLimitBytes: number | undefined;
  /** Whether a process waits to take the place of a worker that ends. */
  readonly hasSpare: boolean;
  /** `undefined` for nowhere. */
  readonly admin: AdminPlan | undefined;
}

export interface AdminPlan {
  readonly host: string;
  readonly port: number;
  /** Whether somebody asked for it; else a server without it is better than none. */
  readonly isWanted: boolean;
}

/** That of exporters of OpenTelemetry. */
export const ADMIN_PORT = 9464;

/** Of its memory, what the supervisor can give to dictionaries: it has other things, and V8 needs room to move them. */
const DICT_SHARE = 0.75;

const DEFAULT_GRACE_MS = 30_000;
const DEFAULT_STALL_MS = 10_000;
const IDLE_MARGIN_MS = 500;
/** A call that uses up its CPU time is stopped before the worker counts as stalled. */
const BEYOND_CPU_LIMIT_MS = 5000;

export interface PlanOptions {
  /** That of the command line. */
  readonly workers: string | undefined;
  readonly environment: string;
  /** How much memory V8 may take for this process; what it says itself when left out. */
  readonly heapLimitBytes?: number;
}

/** @throws UserError */
export function planServer(config: ProjectConfig, options: PlanOptions): ServerPlan {
  const { cpuLimit } = config.gateway;
  const { stallTimeout = DEFAULT_STALL_MS, memoryLimit, spare = true } = config.workers;
  checkDictSizes(config, options.heapLimitBytes ?? getHeapStatistics().heap_size_limit);
  return {
    config,
    count: Math.max(1, countWorkers(config, options)),
    graceMs: graceOf(config),
    // Clients were told how long; a moment later they know not to use them.
    idleMs: keepAliveOf(config) + IDLE_MARGIN_MS,
    stallMs: Math.max(stallTimeout, cpuLimit === undefined ? 0 : cpuLimit + BEYOND_CPU_LIMIT_MS),
    memoryLimitBytes: memoryLimit,
    hasSpare: spare,
    admin: adminOf(config.gateway.admin),
  };
}

/** The supervisor has them in its memory; without that there is no server any more. */
function checkDictSizes({ sharedDicts }: ProjectConfig, heapLimitBytes: number): void {
  const wantedBytes = [...sharedDicts.values()].reduce((sum, sizeBytes) => sum + sizeBytes, 0);
  const possibleBytes = heapLimitBytes * DICT_SHARE;
  if (wantedBytes <= possibleBytes) return;
  const megabytes = (bytes: number): string => String(Math.floor(bytes / 2 ** 20));
  throw new UserError(
    `the dictionaries of sharedDicts may have ${megabytes(wantedBytes)} MB together, more than the ${megabytes(possibleBytes)} MB that there are for them`,
    "make them smaller, or give the process more with NODE_OPTIONS=--max-old-space-size=8192, in MB",
  );
}

export function graceOf({ gateway: { grace = DEFAULT_GRACE_MS } }: ProjectConfig): number {
  return grace;
}

/** @param given `gateway.admin`. */
export function adminOf(given: AdminAddress | false | undefined): AdminPlan | undefined {
  if (given === false) return undefined;
  return {
    host: given?.host ?? "127.0.0.1",
    port: given?.port ?? ADMIN_PORT,
    isWanted: given !== undefined,
  };
}

/** How many workers there are to be: 0 when one process does all. @throws UserError */
export function countWorkers(config: ProjectConfig, { workers, environment }: PlanOptions): number {
  const isProduction = environment === "production";
  const wanted = givenCount(workers) ?? config.workers.count ?? (isProduction ? "auto" : 0);
  const isOneAtMost = hasTopicsInMemory(config, environment);
  if (wanted === "auto") return isOneAtMost ? 1 : processorCount(availableParallelism());
  if (wanted > 1 && isOneAtMost) {
    throw new UserError(
      `with the driver 'memory' each of ${String(wanted)} workers would have topics of its own`,
      `use one worker, or keep the topics in PostgreSQL: logStorage.${environment}.driver: postgres`,
    );
  }
  return wanted;
}

/** @param text That of the command line. @throws UserError */
export function givenCount(text: string | undefined): WorkerCount | undefined {
  if (text === undefined) return undefined;
  const count = parseWorkerCount(text);
  if (count === undefined)
    throw new UserError(`--workers ${WORKER_COUNT_RULE}`, "as in --workers 4");
  return count;
}

function hasTopicsInMemory({ topics, logStorage }: ProjectConfig, environment: string): boolean {
  const named = logStorage.get(environment);
  const driver = named?.driver ?? (environment === "test" ? "memory" : "postgres");
  return topics.length > 0 && driver === "memory";
}
