/**
 * The process above the workers. It accepts connections, keeps the workers alive, replaces them all when told to (SIGHUP), and
 * answers operators. It runs no Lua and reads no request, so that nothing a request does can reach it.
 */
import { DictSet } from "../../runtime/sharedDicts/index.ts";
import { EXIT_FAILURE, UserError } from "../errors.ts";
import type { StartOptions } from "../startServer.ts";
import { untilAborted } from "../untilAborted.ts";
import type { ServerStatus } from "./adminServer.ts";
import { CollectedFigures } from "./collectedFigures.ts";
import { Connections } from "./connections.ts";
import { ForkedWorker } from "./forkedWorker.ts";
import { greeting } from "./greeting.ts";
import { forkOptions, workerOptions } from "./launchOptions.ts";
import { MemoryWatch } from "./memoryWatch.ts";
import { Metrics } from "./metrics.ts";
import { noteRefusals } from "./noteRefusals.ts";
import { Ports } from "./ports.ts";
import { readProjectPlan, type ProjectPlan } from "./projectPlan.ts";
import { ServerLog } from "./serverLog.ts";
import { SpareWorker } from "./spareWorker.ts";
import { BEAT_MS, watchForStalls } from "./stallWatch.ts";
import { GroupFailure, nameOf, WorkerGroup, type Occasion } from "./workerGroup.ts";
import { WorkerOutput } from "./workerOutput.ts";
import type { WorkerProcess } from "./workerProcess.ts";

export interface SupervisorOptions extends Omit<StartOptions, "worker"> {
  /** As on the command line. */
  readonly workers: string | undefined;
}

/** Serves until it is told to end. @returns The exit code. @throws UserError */
export async function runSupervisor(options: SupervisorOptions): Promise<number> {
  return await new Supervisor(options, readProjectPlan(options)).run();
}

/** When the server ends: whoever is about to send the next request gets its reply. */
const END_IDLE_MS = 500;
/** A worker that did not tell for this long is busy. */
const SILENCE_MS = 3 * BEAT_MS;

class Supervisor {
  private readonly options: SupervisorOptions;
  private plan: ProjectPlan;
  private log: ServerLog;
  private readonly metrics = new Metrics();
  private readonly connections: Connections;
  private readonly outputs: Readonly<Record<"stdout" | "stderr", WorkerOutput>>;
  private readonly ports: Ports;
  /** The newest group that serves, or is to be the first to do so. */
  private group: WorkerGroup;
  /** All that have workers. */
  private readonly groups = new Map<WorkerGroup, ProjectPlan>();
  /** All that one of the groups has. */
  private readonly dicts = new DictSet(() => Date.now());
  private readonly spare: SpareWorker;
  private phase: "starting" | "serving" | "draining" = "starting";
  private reloading: Promise<void> | undefined = undefined;
  private isReloadWanted = false;
  private readonly memoryWatch = new MemoryWatch();
  private readonly figures = new CollectedFigures(this.metrics);

  constructor(options: SupervisorOptions, plan: ProjectPlan) {
    this.options = options;
    this.plan = plan;
    const { stdout, stderr } = options.context;
    this.outputs = { stdout: new WorkerOutput(stdout), stderr: new WorkerOutput(stderr) };
    this.log = this.newLog();
    this.ports = new Ports(options);
    this.connections = new Connections({
      silenceMs: SILENCE_MS,
      onRefused: (refused) => {
        const { config } = this.plan;
        const print = (line: string): void => void stdout.write(line);
        noteRefusals(refused, { ...options, config, metrics: this.metrics, log: this.log, print });
      },
    });
    this.spare = new SpareWorker({
      forkOptions: () => (this.plan.hasSpare ? forkOptions(options, this.plan) : undefined),
      onEnd: (pid) => {
        this.log.warn(`the spare process (${String(pid)}) ended; another one takes its place`);
      },
    });
    this.group = this.newGroup(plan);
  }

  async run(): Promise<number> {
    const { signal } = this.options.context;
    const endWatch = watchForStalls({
      workers: () => this.workers,
      stallMs: () => this.plan.stallMs,
      onStall: (worker, silentMs) => {
        const seconds = (silentMs / 1000).toFixed(1);
        worker.kill("stall", `gave no sign of life for ${seconds} s, and was ended`);
      },
    });
    process.on("SIGHUP", this.reload);
    process.on("SIGUSR1", this.reopenLogs);
    try {
      await this.openPorts();
      await Promise.race([this.group.start(false), untilAborted(signal)]);
      if (signal.aborted) return 0;
      this.phase = "serving";
      this.greet();
      this.spare.prepare();
      this.reloadIfWanted();
      await untilAborted(signal);
      await this.stop();
      return 0;
    } catch (thrown) {
      if (!(thrown instanceof GroupFailure)) throw thrown;
      const { failure, message } = thrown;
      this.options.context.stderr.write(failure?.text ?? `spacer: ${message}\n`);
      return failure?.exitCode ?? EXIT_FAILURE;
    } finally {
      this.phase = "draining";
      endWatch();
      process.off("SIGHUP", this.reload);
      process.off("SIGUSR1", this.reopenLogs);
      this.spare.close();
      this.ports.closeEntrances();
      await Promise.all([...this.groups.keys()].map((group) => group.kill()));
      this.connections.close();
      this.ports.closeAdmin();
    }
  }

  private get workers(): readonly WorkerProcess[] {
    return [...this.groups.keys()].flatMap((group) => group.workers);
  }

  private async openPorts(): Promise<void> {
    await this.ports.open(this.plan, {
      onConnection: (entrance, socket) => {
        this.connections.add(entrance, socket);
      },
      admin: {
        status: () => this.status(),
        metrics: () => this.figures.format(this.workers, this.dicts.all),
      },
      log: this.log,
    });
  }

  private greet(): void {
    for (const line of greeting(this.options, this.plan, this.ports)) {
      if (this.log.isJson) this.log.notice(line);
      else this.options.context.stdout.write(`${line}\n`);
    }
  }

  private readonly reopenLogs = (): void => {
    for (const worker of this.workers) worker.reopenLogs();
  };

  private readonly reload = (): void => {
    this.isReloadWanted = true;
    this.reloadIfWanted();
  };

  private reloadIfWanted(): void {
    if (!this.isReloadWanted || this.phase !== "serving" || this.reloading !== undefined) return;
    this.isReloadWanted = false;
    this.reloading = this.replaceGroup()
      .then((hasSucceeded) => {
        this.metrics.addReload(hasSucceeded);
      })
      .finally(() => {
        this.reloading = undefined;
        this.reloadIfWanted();
      });
  }

  /** Begins a new group, and lets the old one go once all of the new one serve. @returns Whether they do. */
  private async replaceGroup(): Promise<boolean> {
    this.log.notice("reading the project again");
    let next: WorkerGroup | undefined;
    const before = this.group;
    const { graceMs, idleMs } = this.plan;
    try {
      const plan = readProjectPlan(this.options);
      next = this.newGroup(plan);
      await next.start(true);
      if (this.ports.areOthers(this.plan, plan)) {
        this.log.warn("ports and addresses stay as they are until spacer is started anew");
      }
      this.plan = plan;
      this.log = this.newLog();
    } catch (thrown) {
      if (next !== undefined) this.forget(next);
      if (!(thrown instanceof GroupFailure) && !(thrown instanceof UserError)) throw thrown;
      if (this.phase !== "serving") return false;
      const text =
        (thrown instanceof GroupFailure ? thrown.failure?.text : undefined) ?? thrown.message;
      this.log.error(
        `the project is served as it was before: ${text.replace(/^spacer: /, "").trimEnd()}`,
      );
      return false;
    }
    if (this.phase !== "serving") return false;
    this.group = next;
    this.dicts.resize(this.plan.config.sharedDicts);
    this.connections.setWorkers(next.workers.filter(({ state }) => state === "serving"));
    this.log.notice(`the project is served anew, by ${String(next.workers.length)} workers`);
    this.spare.renew();
    void before.drain(graceMs, idleMs).then(() => {
      this.forget(before);
    });
    return true;
  }

  /** A group that has ended, and dictionaries that only it had. */
  private forget(group: WorkerGroup): void {
    this.groups.delete(group);
    const plans = [...this.groups.values()];
    this.dicts.keep(new Set(plans.flatMap(({ config }) => [...config.sharedDicts.keys()])));
  }

  private async stop(): Promise<void> {
    this.phase = "draining";
    this.spare.close();
    this.log.notice("ending: what is in progress is brought to an end");
    this.ports.closeEntrances();
    // Those that were accepted are served.
    const untilMs = performance.now() + END_IDLE_MS;
    while (!this.connections.isEmpty && performance.now() < untilMs) {
      await new Promise((wake) => setTimeout(wake, 10));
    }
    const { graceMs } = this.plan;
    await Promise.all([...this.groups.keys()].map((group) => group.drain(graceMs, END_IDLE_MS)));
  }

  private newLog(): ServerLog {
    const { stderr } = this.options.context;
    return new ServerLog({ config: this.plan.config, write: (text) => stderr.write(text) });
  }

  private newGroup(plan: ProjectPlan): WorkerGroup {
    const group: WorkerGroup = new WorkerGroup({
      count: plan.count,
      launchOptions: (number, occasion) => ({
        dicts: this.dicts,
        forked: this.forkFor(occasion, plan),
        worker: {
          ...workerOptions(this.options, plan, this.ports),
          number,
          checksSources: occasion === "first",
        },
      }),
      log: this.log,
      listener: {
        onServing: (worker) => {
          if (group !== this.group) return;
          this.connections.addWorker(worker);
          if (this.phase === "serving") this.spare.prepare();
        },
        onReport: (worker, report) => {
          this.metrics.addReport(report);
          this.memoryWatch.look(worker, plan.memoryLimitBytes, (sizes) => {
            this.log.warn(`${nameOf(worker)} has ${sizes}; another one takes its place`);
            this.metrics.addRestart("memory");
            group.replace(worker, plan.graceMs, plan.idleMs);
          });
        },
        onFree: () => {
          this.connections.flow();
        },
        onOutput: (worker, name, bytes) => {
          this.outputs[name].take(worker, bytes);
        },
        onEnd: (worker, { connections }) => {
          this.connections.removeWorker(worker, connections);
          for (const output of Object.values(this.outputs)) output.end(worker);
        },
        onRestart: ({ cause }) => {
          this.metrics.addRestart(cause);
        },
      },
    });
    this.groups.set(group, plan);
    this.dicts.add(plan.config.sharedDicts);
    return group;
  }

  /** Whoever takes the place of another one is the spare process; a group begins with the program as it is now. */
  private forkFor(occasion: Occasion, plan: ProjectPlan): ForkedWorker {
    const spare = occasion === "replacement" ? this.spare.take() : undefined;
    return spare ?? new ForkedWorker(forkOptions(this.options, plan));
  }

  private status(): ServerStatus {
    const serving = this.workers.filter(({ state }) => state === "serving").length;
    const workers = { serving, wanted: this.plan.count };
    if (this.phase !== "serving") return { status: this.phase, workers };
    return { status: serving > 0 ? "ready" : "unavailable", workers };
  }
}
