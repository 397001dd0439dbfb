/** Health and metrics of a server that is one process: what a supervisor says of its workers, of this process. */
import type { RequestObserver, StartedServer } from "../runServer.ts";
import type { ProjectConfig } from "../config.ts";
import { openAdminServer, type AdminServer } from "../production/adminServer.ts";
import { Metrics } from "../production/metrics.ts";
import { RequestStats } from "../production/requestStats.ts";
import { planServer } from "../production/serverPlan.ts";
import { watchProcess } from "../production/workerReport.ts";

export interface Admin {
  readonly observer: RequestObserver;
  /** The server answers requests. */
  begin(server: StartedServer): void;
  /** What is in progress comes to an end; nothing new begins. */
  drain(): void;
  close(): void;
}

/**
 * Opens the port of `gateway.admin`.
 *
 * @returns `undefined` where the settings have none: one process is looked after by asking its gateway, too.
 * @throws UserError when the port can't be had
 */
export async function openAdmin(
  config: ProjectConfig,
  environment: string,
): Promise<Admin | undefined> {
  const { admin } = planServer(config, { workers: "1", environment });
  if (admin?.isWanted !== true) return undefined;
  const stats = new RequestStats();
  const report = watchProcess(stats);
  const metrics = new Metrics();
  let status: "starting" | "ready" | "draining" = "starting";
  const opened: AdminServer = await openAdminServer(admin, {
    status: () => ({ status, workers: { serving: status === "ready" ? 1 : 0, wanted: 1 } }),
    metrics: () => {
      const reported = report();
      metrics.addReport(reported);
      const state = { starting: "starting", ready: "serving", draining: "draining" } as const;
      const measured = { number: 1, pid: process.pid, state: state[status], report: reported };
      return Promise.resolve(metrics.format([measured], undefined));
    },
  });
  return {
    observer: stats,
    begin: ({ output }) => {
      status = "ready";
      output.out(`health and metrics are on ${opened.url}\n`);
    },
    drain: () => {
      status = "draining";
    },
    close: () => {
      opened.close();
    },
  };
}
