/**
 * A worker: one of the processes that serve a project. It listens nowhere; the supervisor hands it connections, and tells it
 * when to end. It ends with its supervisor.
 */
import type { Socket } from "node:net";
import {
  createHandedServer,
  type HandedServer,
  type ListenOptions,
} from "../../runtime/gateway/index.ts";
import type { CommandContext } from "../command.ts";
import { ProjectSources } from "../dev/sources.ts";
import { withEnvironment } from "../envFile.ts";
import { serveProject, type Entrance, type StartedServer } from "../startServer.ts";
import { checkSources } from "./checkSources.ts";
import { DictClient } from "./dictClient.ts";
import type { FromWorker, ToWorker, WorkerOptions } from "./messages.ts";
import { configOf, environmentOf } from "./readProject.ts";
import { RequestStats } from "./requestStats.ts";
import { topicLags } from "./topicLags.ts";
import { watchProcess } from "./workerReport.ts";

/** Serves until it is told to end, and ends the process. @throws What it can't start for. */
export async function runWorker(context: CommandContext): Promise<never> {
  // They come from the terminal, or from whoever stops all processes of a group; the supervisor has its own.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, ignore);
  return await new Promise((_resolve, reject) => {
    let worker: Worker | undefined;
    process.on("message", (message: ToWorker, socket: Socket | undefined) => {
      if (message.type === "start") {
        worker = new Worker(message.options, context);
        worker.run().catch(reject);
      } else worker?.take(message, socket);
    });
    send({ type: "awake" });
  });
}

function ignore(): void {
  // The supervisor decides.
}

class Worker {
  private readonly options: WorkerOptions;
  private readonly context: CommandContext;
  private readonly stats = new RequestStats();
  private readonly report = watchProcess(this.stats);
  private readonly dicts = new DictClient({
    isOpen: () => process.connected,
    send: (message, onLost) => {
      send(message, onLost);
    },
  });
  private readonly servers = new Map<Entrance, HandedServer>();
  private server: StartedServer | undefined = undefined;
  private readonly drained: Promise<Extract<ToWorker, { type: "drain" }>>;
  private drain: (message: Extract<ToWorker, { type: "drain" }>) => void = () => undefined;

  constructor(options: WorkerOptions, context: CommandContext) {
    this.options = options;
    this.context = context;
    this.drained = new Promise((resolve) => {
      this.drain = resolve;
    });
    process.once("disconnect", () => {
      this.dicts.fail();
    });
  }

  async run(): Promise<never> {
    const beat = (): void => {
      send({ type: "alive", report: this.report() });
    };
    beat();
    const timer = setInterval(beat, this.options.beatMs);
    this.server = await this.start();
    const { checksSources, project } = this.options;
    const problems = checksSources ? checkSources(this.server.project, project.sources) : [];
    send({ type: "ready", problems });
    const { graceMs, idleMs } = await this.drained;
    await this.server.close({ idleMs, cut: AbortSignal.timeout(graceMs) });
    clearInterval(timer);
    await sent({ type: "alive", report: this.report() });
    // Whatever still runs was cut.
    process.exit(0);
  }

  private start(): Promise<StartedServer> {
    const { root, environment, group, writeProxy, only, number, addresses, project } = this.options;
    const env = environmentOf(project, this.context.env);
    const options = {
      root,
      environment,
      group,
      writeProxy,
      only,
      host: undefined,
      port: undefined,
      context: withEnvironment(this.context, env),
      observer: this.stats,
      worker: {
        number,
        sources: new ProjectSources(root, project.sources),
        sharedDicts: new Map(this.options.sharedDicts.map((name) => [name, this.dicts.dict(name)])),
        openServer: (entrance: Entrance, wanted: ListenOptions) => {
          const server = createHandedServer(addresses[entrance] ?? wanted, wanted);
          this.servers.set(entrance, server);
          return server;
        },
      },
    };
    return serveProject(options, configOf(project, env));
  }

  take(message: ToWorker, socket: Socket | undefined): void {
    switch (message.type) {
      case "connection":
        // Before anything of it is read: from here on it is this worker's.
        send({ type: "accepted", id: message.id });
        // The client may have gone on the way.
        if (socket !== undefined) this.servers.get(message.entrance)?.accept(socket);
        return;
      case "drain":
        this.drain(message);
        return;
      case "reopen-logs":
        this.server?.accessLog.reopen();
        return;
      case "dict-replies":
        this.dicts.take(message);
        return;
      case "collect":
        void this.collect(message);
        return;
      case "start":
        throw new Error("a worker starts once");
    }
  }

  private async collect({ id, wantsLag }: Extract<ToWorker, { type: "collect" }>): Promise<void> {
    const { server } = this;
    const lags =
      wantsLag && server !== undefined ? await topicLags(server, this.options.group) : undefined;
    send({ type: "collected", id, report: this.report(), lags });
  }
}

/** Once the supervisor is gone nobody listens, and the process is about to end. @param onLost It did not get through. */
function send(message: FromWorker, onLost: () => void = ignore): void {
  if (!process.connected) {
    onLost();
    return;
  }
  process.send?.(message, undefined, undefined, (error) => {
    if (error !== null) onLost();
  });
}

async function sent(message: FromWorker): Promise<void> {
  if (!process.connected) return;
  await new Promise<void>((resolve) => {
    process.send?.(message, undefined, undefined, () => {
      resolve();
    });
  });
}
