/**
 * The connections of a server with workers: the supervisor accepts them, and hands each to a worker, in turn.
 *
 * A connection is the supervisor's until a worker has said that it has it. Should the worker end before, the next one gets
 * it. `node:cluster` would do all this but for that: what is on its way to a worker that dies stays open for ever, and with the
 * last worker the port is closed.
 */
import type { Socket } from "node:net";
import type { Entrance } from "../startServer.ts";
import { REFUSAL, refuseConnection } from "./refuseConnection.ts";
import type { Connection, WorkerProcess } from "./workerProcess.ts";

/** How long a client waits for a worker when there is none. */
const MAX_WAIT_MS = 10_000;
const LOOK_MS = 500;

/** A connection that was refused: what is known of it. */
export interface RefusedConnection {
  /** Of the client. */
  readonly address: string | undefined;
  /** Of `performance.now()`. */
  readonly sinceMs: number;
  readonly durationMs: number;
  readonly status: number;
  /** Of the body of the reply. */
  readonly sizeBytes: number;
}

export interface ConnectionsOptions {
  /** A worker that gave no sign of life for this long is handed connections only if there is no other one. */
  readonly silenceMs: number;
  /** Hears of those that waited in vain. */
  readonly onRefused: (refused: readonly RefusedConnection[]) => void;
}

export class Connections {
  /** Who serves, the next one in front. */
  private workers: WorkerProcess[] = [];
  private waiting: Connection[] = [];
  private timer: NodeJS.Timeout | undefined = undefined;
  private readonly options: ConnectionsOptions;

  constructor(options: ConnectionsOptions) {
    this.options = options;
  }

  /** Whether all have a worker. */
  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  add(entrance: Entrance, socket: Socket): void {
    // Whoever goes while it waits.
    socket.on("error", ignore);
    this.waiting.push({ entrance, socket, sinceMs: performance.now() });
    this.flow();
  }

  /** Says who serves from now on. */
  setWorkers(workers: readonly WorkerProcess[]): void {
    this.workers = [...workers];
    this.flow();
  }

  addWorker(worker: WorkerProcess): void {
    this.workers.push(worker);
    this.flow();
  }

  /** @param connections Those that it never got: they waited longest. */
  removeWorker(worker: WorkerProcess, connections: readonly Connection[] = []): void {
    this.workers = this.workers.filter((each) => each !== worker);
    this.waiting.unshift(...connections);
    this.flow();
  }

  /** Hands over what it can. */
  flow(): void {
    while (this.waiting.length > 0) {
      const worker = this.nextWorker();
      if (worker === undefined) break;
      const connection = this.waiting.shift();
      if (connection?.socket.destroyed === false) worker.handOver(connection);
    }
    if (this.waiting.length > 0) this.timer ??= setInterval(() => this.look(), LOOK_MS);
    else this.stopTimer();
  }

  close(): void {
    this.refuse(this.waiting.splice(0));
    this.stopTimer();
  }

  private nextWorker(): WorkerProcess | undefined {
    const nowMs = performance.now();
    const isFit = (worker: WorkerProcess): boolean => worker.isFree && worker.state === "serving";
    const isLively = (worker: WorkerProcess): boolean =>
      isFit(worker) && nowMs - worker.lastSignMs < this.options.silenceMs;
    const lively = this.workers.findIndex(isLively);
    const place = lively < 0 ? this.workers.findIndex(isFit) : lively;
    const worker = this.workers[place];
    if (worker === undefined) return undefined;
    this.workers.splice(place, 1);
    this.workers.push(worker);
    return worker;
  }

  /** Nobody is to wait for ever, least of all for a worker that can't start. */
  private look(): void {
    const latestMs = performance.now() - MAX_WAIT_MS;
    if (this.workers.length === 0) {
      const late = this.waiting.filter(({ sinceMs }) => sinceMs < latestMs);
      this.waiting = this.waiting.filter(({ sinceMs }) => sinceMs >= latestMs);
      this.refuse(late);
    }
    this.flow();
  }

  private refuse(connections: readonly Connection[]): void {
    const nowMs = performance.now();
    const refused = connections.flatMap(({ socket, sinceMs }) => {
      const { remoteAddress: address } = socket;
      const isTold = refuseConnection(socket);
      return isTold ? [{ ...REFUSAL, address, sinceMs, durationMs: nowMs - sinceMs }] : [];
    });
    if (refused.length > 0) this.options.onRefused(refused);
  }

  private stopTimer(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

function ignore(): void {
  // The next one who looks sees that it is gone.
}
