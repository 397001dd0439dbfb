/**
 * The workers that began together, with the same settings. Once they serve, each that ends is replaced: at once, and when
 * it keeps ending, after a while that grows. A group that is drained replaces nobody.
 */
import { setTimeout as delay } from "node:timers/promises";
import { restartDelayMs, STABLE_MS } from "./restartDelay.ts";
import type { ServerLog } from "./serverLog.ts";
import {
  WorkerProcess,
  type LaunchOptions,
  type WorkerEnd,
  type WorkerFailure,
  type WorkerListener,
} from "./workerProcess.ts";

export interface GroupOptions {
  readonly count: number;
  readonly launchOptions: (number: number, occasion: Occasion) => LaunchOptions;
  readonly log: ServerLog;
  readonly listener: GroupListener;
}

/** Why a worker starts: it is the first or another one of a group that begins, or takes the place of one. */
export type Occasion = "first" | "further" | "replacement";

export interface GroupListener extends Pick<WorkerListener, "onReport" | "onFree" | "onOutput"> {
  /** Another one serves. */
  readonly onServing: (worker: WorkerProcess) => void;
  readonly onEnd: (worker: WorkerProcess, end: WorkerEnd) => void;
  /** One that ended is about to be replaced. */
  readonly onRestart: (end: WorkerEnd) => void;
}

/** Why a group could not begin. */
export class GroupFailure extends Error {
  override readonly name = "GroupFailure";
  /** What a worker said; `undefined` when it ended without a word. */
  readonly failure: WorkerFailure | undefined;

  constructor(message: string, failure: WorkerFailure | undefined) {
    super(message);
    this.failure = failure;
  }
}

interface Launched {
  readonly worker: WorkerProcess;
  /** What does not compile, once it serves; `undefined` when it ended before. */
  readonly ready: Promise<readonly string[] | undefined>;
  readonly ended: Promise<WorkerEnd>;
}

interface Slot {
  readonly number: number;
  current: Launched;
  /** Another one is about to take its place. */
  replacing: Promise<void> | undefined;
}

export class WorkerGroup {
  private readonly options: GroupOptions;
  private readonly slots: Slot[] = [];
  /** All whose processes have not ended. */
  private readonly living = new Set<WorkerProcess>();
  private readonly closing = new AbortController();

  constructor(options: GroupOptions) {
    this.options = options;
  }

  /** All that have not ended, whatever they do. */
  get workers(): readonly WorkerProcess[] {
    return [...this.living];
  }

  /**
   * Resolves when all serve. The first one starts alone: what is wrong with a project is said once.
   *
   * @param isStrict Whether all have to succeed at once, and all files to compile; else the first one has to.
   * @throws GroupFailure and everything that was begun has ended
   */
  async start(isStrict: boolean): Promise<void> {
    const { count, log } = this.options;
    const first = await this.begin(1, true, isStrict);
    if (first.length > 0 && isStrict) throw await this.giveUp(first.join("; "), undefined);
    for (const problem of first) log.error(`does not compile: ${problem}`);
    const numbers = Array.from({ length: count - 1 }, (_, index) => index + 2);
    const results = await Promise.allSettled(
      numbers.map((number) => this.begin(number, false, isStrict)),
    );
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    for (const slot of this.slots) void this.keep(slot);
  }

  /** Starts another worker in its place, and lets it go when that one serves. */
  replace(worker: WorkerProcess, graceMs: number, idleMs: number): void {
    const slot = this.slots.find(({ current }) => current.worker === worker);
    if (slot === undefined || slot.replacing !== undefined || this.closing.signal.aborted) return;
    slot.replacing = this.replaceIn(slot, graceMs, idleMs);
  }

  /** Resolves when all have ended. */
  async drain(graceMs: number, idleMs: number): Promise<void> {
    this.closing.abort();
    await Promise.all(this.workers.map((worker) => this.drainWorker(worker, graceMs, idleMs)));
  }

  async kill(): Promise<void> {
    this.closing.abort();
    const workers = this.workers;
    for (const worker of workers) worker.kill("failure", "is not wanted any more");
    await Promise.all(workers.map((worker) => worker.ended()));
  }

  private async begin(
    number: number,
    isFirst: boolean,
    isStrict: boolean,
  ): Promise<readonly string[]> {
    const launched = this.launch(number, isFirst ? "first" : "further");
    const problems = await launched.ready;
    if (problems === undefined && (isFirst || isStrict)) {
      const { failure, how } = await launched.ended;
      throw await this.giveUp(failure?.text ?? `a worker ${how} before it was ready`, failure);
    }
    this.slots.push({ number, current: launched, replacing: undefined });
    return problems ?? [];
  }

  private async giveUp(message: string, failure: WorkerFailure | undefined): Promise<GroupFailure> {
    await this.kill();
    return new GroupFailure(message, failure);
  }

  private launch(number: number, occasion: Occasion): Launched {
    const { launchOptions, listener, log } = this.options;
    let onReady: (problems: readonly string[] | undefined) => void;
    let onEnd: (end: WorkerEnd) => void;
    const ready = new Promise<readonly string[] | undefined>((resolve) => (onReady = resolve));
    const ended = new Promise<WorkerEnd>((resolve) => (onEnd = resolve));
    const worker = new WorkerProcess(launchOptions(number, occasion), {
      ...listener,
      onReady: (_, problems) => {
        log.write({ level: "info", message: `${nameOf(worker)} is ready` });
        onReady(problems);
        if (worker.state === "serving") listener.onServing(worker);
      },
      onEnd: (_, end) => {
        this.living.delete(worker);
        onReady(undefined);
        onEnd(end);
        listener.onEnd(worker, end);
      },
    });
    this.living.add(worker);
    return { worker, ready, ended };
  }

  /** Sees to it that there is somebody, until the group is drained. */
  private async keep(slot: Slot): Promise<void> {
    const { signal } = this.closing;
    for (let deaths = 0; ;) {
      const { current } = slot;
      const end = await current.ended;
      await slot.replacing;
      if (signal.aborted) return;
      if (slot.current !== current) continue;
      deaths = end.livedMs > STABLE_MS ? 1 : deaths + 1;
      const delayMs = restartDelayMs(deaths);
      this.tellEnd(current.worker, end, { deaths, delayMs });
      this.options.listener.onRestart(end);
      await delay(delayMs, undefined, { signal }).catch(() => undefined);
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it was waited
      if (signal.aborted) return;
      slot.current = this.launch(slot.number, "replacement");
    }
  }

  private tellEnd(
    worker: WorkerProcess,
    { failure, how, livedMs }: WorkerEnd,
    { deaths, delayMs }: { readonly deaths: number; readonly delayMs: number },
  ): void {
    const what =
      failure === undefined
        ? `${nameOf(worker)} ${how}`
        : `${nameOf(worker)} can't start: ${failure.text.trimEnd()}`;
    const times =
      deaths < 2
        ? ""
        : ` (${String(deaths)} times in a row, after ${(livedMs / 1000).toFixed(1)} s)`;
    const next = delayMs === 0 ? "now" : `in ${(delayMs / 1000).toFixed(1)} s`;
    this.options.log.error(`${what}${times}; another one starts ${next}`);
  }

  private async replaceIn(slot: Slot, graceMs: number, idleMs: number): Promise<void> {
    const old = slot.current.worker;
    const next = this.launch(slot.number, "replacement");
    const problems = await next.ready;
    slot.replacing = undefined;
    if (problems === undefined) {
      const { failure, how } = await next.ended;
      this.options.log.error(
        `worker ${String(slot.number)} can't be replaced: ${failure?.text ?? how}`,
      );
      return;
    }
    slot.current = next;
    if (this.closing.signal.aborted) next.worker.drain(graceMs, idleMs);
    await this.drainWorker(old, graceMs, idleMs);
  }

  private async drainWorker(worker: WorkerProcess, graceMs: number, idleMs: number): Promise<void> {
    worker.drain(graceMs, idleMs);
    const timer = setTimeout(() => {
      this.options.log.error(`${nameOf(worker)} does not end, and was ended`);
      worker.kill("stall", "did not end");
    }, graceMs + KILL_MS);
    await worker.ended();
    clearTimeout(timer);
  }
}

/** How long after the grace time a worker may take to close files and connections. */
const KILL_MS = 5000;

export function nameOf({ number, pid }: WorkerProcess): string {
  return `worker ${String(number)} (process ${String(pid)})`;
}
