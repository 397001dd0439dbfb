/**
 * Connections that no worker could take, told as requests that were refused: in the access log, in the figures and in the log.
 * Nothing of them was read, so all that is known is whose they were and how long they waited.
 */
import { randomBytes } from "node:crypto";
import { openAccessLog } from "../accessLog/accessLog.ts";
import type { ProjectConfig } from "../config.ts";
import type { RefusedConnection } from "./connections.ts";
import type { Metrics } from "./metrics.ts";
import { RequestStats } from "./requestStats.ts";
import type { ServerLog } from "./serverLog.ts";

export interface RefusalPlaces {
  /** Absolute path of the project. */
  readonly root: string;
  readonly config: ProjectConfig;
  readonly metrics: Metrics;
  readonly log: ServerLog;
  /** Writes to standard output. */
  readonly print: (line: string) => void;
}

/** What there is no request for. */
const NOTHING = "-";

/** @param refused At least one. */
export function noteRefusals(
  refused: readonly RefusedConnection[],
  { root, config, metrics, log, print }: RefusalPlaces,
): void {
  const count = refused.length === 1 ? "a connection" : `${String(refused.length)} connections`;
  log.error(`${count} got status 503: there was no worker to take what waited`);
  const stats = new RequestStats();
  // Opened anew: it happens seldom, and workers may have been told to go on in another file.
  const accessLog = openAccessLog({
    root,
    config,
    print,
    onNotice: (message) => {
      log.warn(message);
    },
  });
  for (const { address, sinceMs, durationMs, status, sizeBytes } of refused) {
    stats.onRequest({ status, method: NOTHING, path: NOTHING, durationMs });
    accessLog.takeSpan({
      trace: { id: randomBytes(16).toString("hex"), client: { headers: {}, address } },
      parentId: undefined,
      id: randomBytes(8).toString("hex"),
      method: NOTHING,
      path: NOTHING,
      name: NOTHING,
      startedMs: sinceMs,
      durationMs,
      status,
      sizeBytes,
    });
  }
  metrics.addReport({ requests: stats.collect() });
  accessLog.close();
}
