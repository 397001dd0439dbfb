/**
 * Handles the events of one topic, as far as this process has its partitions. Lanes take turns, `concurrency` of them at
 * a time; an event that failed holds its lane until its time has come, and nothing else.
 */
import type { Lease } from "../groups.ts";
import { CircuitBreaker } from "./circuitBreaker.ts";
import { EventRunner, type RunnerSurroundings } from "./eventRunner.ts";
import { PartitionLanes, type Lane } from "./lanes.ts";

/** A function that is missing is looked for again after this; after a reload at once. */
const UNAVAILABLE_MS = 5000;
/** A member that was not heard of for a while may be again. */
const NOT_HELD_MS = 50;
/** After a bug of ours. */
const BUG_MS = 10_000;

export class TopicDispatcher {
  private readonly surroundings: RunnerSurroundings;
  private readonly breaker: CircuitBreaker;
  private readonly runner: EventRunner;
  private readonly partitions = new Map<Lease, PartitionLanes>();
  /** Lanes whose first event can be handled. */
  private readonly ready: Lane[] = [];
  private running = 0;
  private pauseTimer: NodeJS.Timeout | undefined = undefined;
  /** What was told of a function that is missing or broken. */
  private toldError: string | undefined = undefined;

  constructor(surroundings: RunnerSurroundings) {
    this.surroundings = surroundings;
    this.breaker = new CircuitBreaker(this.runReady, surroundings.neverPauses);
    this.runner = new EventRunner(surroundings, this.breaker);
  }

  add(lease: Lease): void {
    const lanes = new PartitionLanes(lease, {
      toWork: (delivery) => this.runner.toWork(delivery),
      onReady: (lane) => {
        this.ready.push(lane);
        this.runReady();
      },
    });
    this.partitions.set(lease, lanes);
    lanes.readAll().catch(this.reportBug);
  }

  /** Begins nothing of a partition any more; resolves when nothing of it runs. */
  async remove(lease: Lease): Promise<void> {
    const lanes = this.partitions.get(lease);
    this.partitions.delete(lease);
    await lanes?.stop();
  }

  /** What was missing may be there: looks again. */
  retryNow(): void {
    this.endPause();
    this.breaker.tryNow();
  }

  stop(): void {
    clearTimeout(this.pauseTimer);
    this.breaker.stop();
  }

  private readonly runReady = (): void => {
    for (;;) {
      if (this.pauseTimer !== undefined || this.breaker.state === "open") return;
      const isProbing = this.breaker.state === "half-open";
      if (this.running >= (isProbing ? 1 : this.surroundings.trigger.concurrency)) return;
      const lane = this.takeReady(isProbing);
      if (lane === undefined) return;
      if (lane.lanes.isStopped) continue;
      this.running++;
      lane.lanes.began();
      void this.runLane(lane);
    }
  };

  /** @param isProbing Then events that never failed go first: they show soonest that all is well. */
  private takeReady(isProbing: boolean): Lane | undefined {
    if (!isProbing) return this.ready.shift();
    const fresh = this.ready.findIndex(({ queue }) => queue[0]?.attempts === 0);
    return this.ready.splice(Math.max(0, fresh), 1)[0];
  }

  private async runLane(lane: Lane): Promise<void> {
    const delayMs = await this.runFirst(lane).catch((thrown: unknown) => {
      this.reportBug(thrown);
      return BUG_MS;
    });
    this.running--;
    if (delayMs === undefined) lane.lanes.settled(lane);
    else lane.lanes.later(lane, delayMs);
    lane.lanes.ended();
    this.runReady();
  }

  /** @returns After which time it is to be tried again; `undefined` when it is settled. */
  private async runFirst({ lanes, queue }: Lane): Promise<number | undefined> {
    const [work] = queue;
    if (work === undefined) return undefined;
    await this.surroundings.breather.breathe();
    if (!lanes.lease.isHeld) return NOT_HELD_MS;
    const end = await this.runner.run(lanes, work);
    if (end.kind === "unavailable") {
      if (!lanes.isStopped) this.pause(end.error);
      return 0;
    }
    if (end.kind === "later") return end.delayMs;
    this.tellResumed();
    return undefined;
  }

  /** Without its function nothing of the topic can be handled. */
  private pause(error: string): void {
    if (this.pauseTimer !== undefined) return;
    const { trigger, onEvent } = this.surroundings;
    if (error !== this.toldError) {
      onEvent({ type: "paused", topic: trigger.topic, why: "unavailable", error });
    }
    this.toldError = error;
    this.pauseTimer = setTimeout(() => {
      this.endPause();
    }, UNAVAILABLE_MS);
  }

  private endPause(): void {
    if (this.pauseTimer === undefined) return;
    clearTimeout(this.pauseTimer);
    this.pauseTimer = undefined;
    this.runReady();
  }

  private tellResumed(): void {
    if (this.toldError === undefined) return;
    this.toldError = undefined;
    this.surroundings.onEvent({ type: "resumed", topic: this.surroundings.trigger.topic });
  }

  private readonly reportBug = (thrown: unknown): void => {
    this.surroundings.onEvent({ type: "bug", thrown });
  };
}
