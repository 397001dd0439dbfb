/**
 * A server of one process, which nobody watches over, with the endpoints for operators that a supervisor has for its workers: in
 * production, and elsewhere when the settings ask for them.
 */
import { readConfig } from "../config.ts";
import { withEnvFile } from "../envFile.ts";
import { UserError } from "../errors.ts";
import { startServer, type StartedServer, type StartOptions } from "../startServer.ts";
import { untilAborted } from "../untilAborted.ts";
import { openAdminServer, type AdminServer, type ServerStatus } from "./adminServer.ts";
import { Metrics } from "./metrics.ts";
import { RequestStats } from "./requestStats.ts";
import { adminOf, graceOf } from "./serverPlan.ts";
import { topicLags } from "./topicLags.ts";
import { watchProcess } from "./workerReport.ts";

/** Serves until it is told to end. @returns The exit code. @throws UserError */
export async function runSolo(options: StartOptions): Promise<number> {
  const { context } = options;
  const operators = await openOperators(options);
  try {
    const server = await startServer({
      ...options,
      ...(operators === undefined ? {} : { observer: operators.stats }),
    });
    if (operators !== undefined) {
      operators.server = server;
      // Behind what the server says of itself, which is written at the end of a turn.
      setImmediate(() => {
        context.stdout.write(`health and metrics are on ${operators.admin.url}\n`);
      });
    }
    await untilAborted(context.signal);
    if (operators !== undefined) operators.isEnding = true;
    await server.close({ cut: AbortSignal.timeout(graceOf(server.config)) });
    return 0;
  } finally {
    operators?.admin.close();
  }
}

/** What operators are told of. */
interface Operators {
  readonly stats: RequestStats;
  readonly admin: AdminServer;
  /** Once it serves. */
  server: StartedServer | undefined;
  isEnding: boolean;
}

async function openOperators({
  root,
  environment,
  group,
  context,
}: StartOptions): Promise<Operators | undefined> {
  const env = withEnvFile(root, context.env, environment);
  const plan = adminOf(readConfig(root, env).gateway.admin);
  if (plan === undefined || (!plan.isWanted && environment !== "production")) return undefined;
  const stats = new RequestStats();
  const report = watchProcess(stats);
  const metrics = new Metrics();
  const told: Pick<Operators, "server" | "isEnding"> = { server: undefined, isEnding: false };
  const status = (): ServerStatus => {
    if (told.isEnding) return { status: "draining" };
    return { status: told.server === undefined ? "starting" : "ready" };
  };
  const formatMetrics = async (): Promise<string> => {
    const lags = told.server === undefined ? undefined : await topicLags(told.server, group);
    const latest = report();
    metrics.addReport(latest);
    const { pid } = process;
    const state = STATES[status().status];
    return metrics.format([{ number: 0, pid, state, report: latest }], lags);
  };
  try {
    const admin = await openAdminServer(plan, { status, metrics: formatMetrics });
    return Object.assign(told, { stats, admin });
  } catch (thrown) {
    if (plan.isWanted || !(thrown instanceof UserError)) throw thrown;
    context.stderr.write(
      `spacer: ${thrown.message}; there are no metrics (${thrown.hint ?? ""})\n`,
    );
    return undefined;
  }
}

const STATES = {
  starting: "starting",
  ready: "serving",
  draining: "draining",
  unavailable: "ended",
} as const;
