/**
 * A worker as the supervisor sees it, from its start to its end.
 *
 *     starting --- ready ---> serving --- drain ---> draining ---> ended
 *
 * It may end at any time. Connections that it has not said to have are then the supervisor's still.
 */
import type { Worker as ClusterWorker } from "node:cluster";
import type { Socket } from "node:net";
import type { DictSet } from "../../runtime/sharedDicts/index.ts";
import type { Entrance } from "../startServer.ts";
import { DictServer } from "./dictServer.ts";
import type { ForkedWorker } from "./forkedWorker.ts";
import type { FromWorker, TopicLag, ToWorker, WorkerOptions, WorkerReport } from "./messages.ts";

/** A connection that no worker has yet. */
export interface Connection {
  readonly entrance: Entrance;
  readonly socket: Socket;
  readonly sinceMs: number;
}

export interface WorkerEnd {
  /** "was ended by SIGKILL", "has given no sign of life for 10 s, and was ended" */
  readonly how: string;
  /** For metrics. */
  readonly cause: EndCause;
  /** What it could not start for; `undefined` when it did, or died of something else. */
  readonly failure: WorkerFailure | undefined;
  /** Connections that it never got. */
  readonly connections: readonly Connection[];
  readonly livedMs: number;
}

/** Why a worker ended before it was told to. */
export type EndCause = "crash" | "stall" | "memory" | "failure";

export interface WorkerFailure {
  /** For the terminal, with its line break. */
  readonly text: string;
  readonly exitCode: number;
}

export interface WorkerListener {
  readonly onReady: (worker: WorkerProcess, problems: readonly string[]) => void;
  readonly onReport: (worker: WorkerProcess, report: WorkerReport) => void;
  /** It may get another connection. */
  readonly onFree: () => void;
  /** Is called once. */
  readonly onEnd: (worker: WorkerProcess, end: WorkerEnd) => void;
  readonly onOutput: (worker: WorkerProcess, name: "stdout" | "stderr", bytes: Buffer) => void;
}

export interface LaunchOptions {
  readonly worker: WorkerOptions;
  readonly forked: ForkedWorker;
  /** What its functions have in `ngx.shared`. */
  readonly dicts: DictSet;
}

/** How long after a process its channel may end. */
const CHANNEL_MS = 500;

export type WorkerState = "starting" | "serving" | "draining" | "ended";

export class WorkerProcess {
  readonly options: WorkerOptions;
  readonly pid: number;
  state: WorkerState = "starting";
  /** Of `performance.now()`: when it last gave a sign of life. */
  lastSignMs = performance.now();
  /** Whether it ever gave one. */
  isAwake = false;
  report: WorkerReport | undefined = undefined;
  private worstLag: WorkerReport["lag"] | undefined = undefined;
  private readonly child: ClusterWorker;
  private readonly listener: WorkerListener;
  private readonly startedMs = performance.now();
  /** Those on their way, by id. */
  private readonly handedOver = new Map<number, Connection>();
  private readonly collections = new Map<number, (answer: Collected | undefined) => void>();
  private readonly dictServer: DictServer;
  private nextId = 1;
  private failure: WorkerFailure | undefined = undefined;
  private killed: { readonly how: string; readonly cause: EndCause } | undefined = undefined;
  private readonly endWaiters: (() => void)[] = [];

  constructor({ worker, forked, dicts }: LaunchOptions, listener: WorkerListener) {
    this.options = worker;
    this.listener = listener;
    this.dictServer = new DictServer(dicts, (message, onSent) => this.send(message, onSent));
    this.child = forked.child;
    this.pid = forked.pid;
    this.listen();
    if (forked.isAwake) this.take({ type: "awake" });
  }

  get number(): number {
    return this.options.number;
  }

  /** Whether it is done with the last connection that it was handed. */
  get isFree(): boolean {
    return this.handedOver.size === 0;
  }

  handOver(connection: Connection): void {
    const id = this.nextId++;
    this.handedOver.set(id, connection);
    const message: ToWorker = { type: "connection", id, entrance: connection.entrance };
    // Kept open here: should the worker end before it has it, another one gets it.
    this.child.process.send(message, connection.socket, { keepOpen: true }, ignore);
  }

  drain(graceMs: number, idleMs: number): void {
    if (this.state === "ended") return;
    // One that has not begun yet has nothing to bring to an end.
    if (!this.isAwake) this.kill("failure", "is not wanted any more");
    this.state = "draining";
    this.send({ type: "drain", graceMs, idleMs });
  }

  reopenLogs(): void {
    this.send({ type: "reopen-logs" });
  }

  /** @returns `undefined` when there is no answer in time. */
  async collect(wantsLag: boolean, timeoutMs: number): Promise<Collected | undefined> {
    if (this.state === "ended") return undefined;
    const id = this.nextId++;
    const answer = await new Promise<Collected | undefined>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs, undefined);
      this.collections.set(id, (collected) => {
        clearTimeout(timer);
        resolve(collected);
      });
      this.send({ type: "collect", id, wantsLag });
    });
    this.collections.delete(id);
    return answer;
  }

  /** Ends it at once. What it is in the middle of is lost. */
  kill(cause: EndCause, how: string): void {
    this.killed ??= { cause, how };
    this.child.process.kill("SIGKILL");
  }

  /** Resolves when it has ended. */
  async ended(): Promise<void> {
    if (this.state === "ended") return;
    await new Promise<void>((resolve) => {
      this.endWaiters.push(resolve);
    });
  }

  private send(message: ToWorker, onSent: () => void = ignore): void {
    // Fails for a worker that has ended, which is told in another way.
    if (!this.child.isConnected()) return;
    this.child.process.send(message, undefined, undefined, (error) => {
      if (error === null) onSent();
    });
  }

  private listen(): void {
    const { process: child } = this.child;
    child.on("message", (message: FromWorker) => {
      this.take(message);
    });
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.on("data", (bytes: Buffer) => {
        this.listener.onOutput(this, name, bytes);
      });
    }
    let exit: { readonly code: number | null; readonly signal: string | null } | undefined;
    const finish = (): void => {
      if (exit !== undefined) this.end(exit);
    };
    child.once("exit", (code, signal) => {
      exit = { code, signal };
      // What it said last may still be in the channel.
      if (this.child.isConnected()) setTimeout(finish, CHANNEL_MS);
      else finish();
    });
    child.once("disconnect", finish);
  }

  private take(message: FromWorker): void {
    this.lastSignMs = performance.now();
    this.isAwake = true;
    switch (message.type) {
      case "awake":
        this.send({ type: "start", options: this.options });
        return;
      case "alive":
        this.takeReport(message.report);
        return;
      case "ready":
        if (this.state === "starting") this.state = "serving";
        this.listener.onReady(this, message.problems);
        return;
      case "failed":
        this.failure = message;
        return;
      case "accepted":
        this.handedOver.get(message.id)?.socket.destroy();
        this.handedOver.delete(message.id);
        this.listener.onFree();
        return;
      case "dicts":
        this.dictServer.take(message);
        return;
      case "collected":
        this.takeReport(message.report);
        this.collections.get(message.id)?.(message);
    }
  }

  /** What is reported of lag is from here on of what comes. */
  forgetLag(): void {
    this.worstLag = undefined;
  }

  private takeReport(report: WorkerReport): void {
    // Whoever looks once in a while is to see the worst of it.
    this.worstLag = worstOf(this.worstLag, report.lag);
    this.report = { ...report, lag: this.worstLag };
    this.listener.onReport(this, report);
  }

  private end({ code, signal }: { readonly code: number | null; readonly signal: string | null }) {
    if (this.state === "ended") return;
    this.state = "ended";
    for (const resolve of this.collections.values()) resolve(undefined);
    const { cause, how } = this.killed ?? {
      cause: this.failure === undefined ? "crash" : "failure",
      how: signal === null ? `ended with code ${String(code)}` : `was ended by ${signal}`,
    };
    const connections = [...this.handedOver.values()];
    this.handedOver.clear();
    const livedMs = performance.now() - this.startedMs;
    this.listener.onEnd(this, { how, cause, failure: this.failure, connections, livedMs });
    for (const resolve of this.endWaiters) resolve();
  }
}

function worstOf(one: WorkerReport["lag"] | undefined, other: WorkerReport["lag"]) {
  if (one === undefined) return other;
  return {
    p50Ms: Math.max(one.p50Ms, other.p50Ms),
    p99Ms: Math.max(one.p99Ms, other.p99Ms),
    maxMs: Math.max(one.maxMs, other.maxMs),
  };
}

interface Collected {
  readonly report: WorkerReport;
  readonly lags: readonly TopicLag[] | undefined;
}

function ignore(): void {
  // Is told in another way: by the end of the process.
}
